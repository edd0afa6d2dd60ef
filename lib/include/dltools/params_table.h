/*
 * params_table.h - the table of parameters as data, for help, manual pages,
 * completion and everything else that goes through all of them.
 */
#ifndef DLTOOLS_PARAMS_TABLE_H
#define DLTOOLS_PARAMS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "str.h"

struct params;

enum param_type {
	PARAM_BOOL,
	PARAM_INT,
	PARAM_REAL,
	PARAM_SECONDS,  /* real; 90, 30m, 2h */
	PARAM_ENUM,
	PARAM_TEXT,
	PARAM_COLUMN,   /* name or number of a column */
	PARAM_PATH,
	PARAM_INTS,
	PARAM_REALS,
	PARAM_TEXTS,
	PARAM_COLUMNS,
	PARAM_PATHS,    /* one per use of the option */
};

/* The C type of each, for params.h. */
#define PARAM_FIELD_BOOL bool
#define PARAM_FIELD_INT int64_t
#define PARAM_FIELD_REAL double
#define PARAM_FIELD_SECONDS double
#define PARAM_FIELD_TEXT char *
#define PARAM_FIELD_COLUMN char *
#define PARAM_FIELD_PATH char *
#define PARAM_FIELD_INTS struct param_ints
#define PARAM_FIELD_REALS struct param_reals
#define PARAM_FIELD_TEXTS struct param_texts
#define PARAM_FIELD_COLUMNS struct param_texts
#define PARAM_FIELD_PATHS struct param_texts

enum param_group {
	PARAM_DATA,
	PARAM_PREPARE,
	PARAM_FOLDS,
	PARAM_NETWORK,
	PARAM_TRAIN,
	PARAM_LOSS,
	PARAM_SCORE,
	PARAM_WORK,
	PARAM_GROUPS
};

/* Headings of the groups. */
extern const char *const param_group_title[PARAM_GROUPS];

enum param_flags {
	PARAM_OPEN_LOW = 1 << 0,  /* low itself is not legal */
	PARAM_OPEN_HIGH = 1 << 1,
	PARAM_ROLE = 1 << 2,      /* data or files: not in the results row */
	PARAM_RUN = 1 << 3,       /* not in the record of a reproducible run */
	PARAM_CHANGE = 1 << 4,    /* may differ after a checkpoint */
};

struct param_value {
	const char *text;
};

struct param_info {
	const char *name;
	enum param_type type;
	double low, high;                 /* of numbers, also in lists */
	const char *initial;              /* default, as text */
	enum param_group group;
	unsigned flags;
	const struct param_value *values; /* of enums; text NULL ends */
	size_t offset;                    /* of the field in struct params */
	const char *help;
};

struct param_alias {
	const char *name;
	const char *of;
	char letter; /* or 0 */
};

/* PARAM_COUNT entries, by enum param_id. */
extern const struct param_info param_table[];
extern const struct param_alias param_aliases[]; /* name NULL ends */

/* By name or alias, or NULL. */
const struct param_info *param_find(const char *name);
/* Has it several values, from an @FILE or separated by commas? */
bool param_is_list(const struct param_info *i);
/* "--max-w2": the option's spelling of a name. */
void param_option(const struct param_info *i, struct str *out);
/* "in (0, 1)", "> 0", "Tanh, Rectifier or Maxout"; nothing for texts. */
void param_range(const struct param_info *i, struct str *out);
/* The value as params_set() would read it. */
void param_print(const struct params *p, const struct param_info *i,
		 struct str *out);
/* The first item of params_row()'s text, i NULL if unknown; gives the next. */
const char *params_row_item(const char *row, const struct param_info **i,
			    struct str *value);
/* Has it the value of the default?  1 or 0, or -1 if memory ran out. */
int param_is_initial(const struct params *p, const struct param_info *i,
		     struct err *e) MUST_USE;

#endif
