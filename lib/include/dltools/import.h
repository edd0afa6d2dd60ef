/*
 * import.h - delimited text, or svmlight, into a frame.
 *
 *	struct import_options o;
 *	struct import_report done;
 *
 *	import_options_init(&o, &e);
 *	o.file = files;
 *	o.files = n;
 *	o.out = "train.dlf";
 *	if (import_run(&o, &done, &e) < 0)
 *		...
 *	import_options_release(&o);
 *
 * Types come from every cell, never from a sample: num if all cells that are
 * not missing are numbers, else enum, else text (more than half of the cells
 * and more than 10,000 of them distinct).  The frame does not depend on the
 * number of threads nor on the size of the blocks.
 */
#ifndef DLTOOLS_IMPORT_H
#define DLTOOLS_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv.h"
#include "err.h"
#include "frame.h"
#include "str.h"

enum import_on_error { IMPORT_STOP, IMPORT_SKIP, IMPORT_PAD };

#define IMPORT_SKIP_COLUMN ((enum column_type)-1)

/* --type COLUMN=TYPE; column is a list as in columns.h. */
struct import_type {
	char *column;
	enum column_type type; /* or IMPORT_SKIP_COLUMN */
	char *format;          /* time: NULL is ISO 8601 */
};

/* --na COLUMN=TOKEN */
struct import_na {
	char *column;
	char *token;
};

/* Columns that a table must have: of a frame, a model or a JSON file. */
struct import_schema {
	struct frame_column *column; /* name, type, levels (n = 0: any) */
	char **format;               /* of time columns, or NULL */
	struct csv_dialect dialect;  /* --like: its missing values */
	const struct csv_own **own;  /* in it, of each column; or NULL */
	size_t columns;
	char *origin;                /* for messages */
	bool is_coding; /* --like: levels and columns must be the same */
};

void import_schema_release(struct import_schema *s);
int import_schema_add(struct import_schema *s, const char *name,
		      enum column_type type, const struct string_table *levels,
		      struct err *e) MUST_USE;
/* The columns, all added, follow this table's missing values and formats. */
int import_schema_follow(struct import_schema *s, const struct csv_dialect *d,
			 struct err *e) MUST_USE;
int import_schema_of_frame(struct import_schema *s, const char *path,
			   struct err *e) MUST_USE;
/*
 * {"columns": [{"name": "a", "type": "num"},
 *	{"name": "b", "type": "enum", "levels": ["x", "y"]},
 *	{"name": "t", "type": "time", "format": "%F"}]}; other keys are ignored.
 */
int import_schema_of_json(struct import_schema *s, const char *path,
			  struct err *e) MUST_USE;

struct import_progress {
	uint64_t packed, size; /* bytes of the files; size 0: unknown */
	int64_t rows;
};

/* What came of it.  Columns as in the frame, statistics left out. */
struct import_report {
	int64_t rows, rejected, padded, blank_lines;
	uint64_t bytes;      /* of text */
	struct csv_dialect dialect;
	struct frame_column *column;
	char **format;       /* of times, NULL where ISO 8601; or NULL */
	size_t columns;
};

/* file[] and texts are borrowed, name[], type[] and na[] owned. */
struct import_options {
	const char *const *file; /* "-": standard input */
	size_t files;
	const char *out;         /* NULL: a dry run */
	struct csv_options csv;
	struct csv_dialect dialect; /* delimiter NUL: guess it */
	int header;                 /* 1 yes, 0 no, -1 guess */
	int index_base;             /* svmlight: 0 or 1, which must be said */
	const char **name;          /* --col-names */
	size_t names;
	struct import_type *type;
	size_t types;
	struct import_na *na;
	size_t nas;
	const char *keep, *drop; /* lists as in columns.h */
	bool zeros_are_numbers;  /* --leading-zeros num */
	enum import_on_error on_error;
	int64_t max_errors;      /* -1: any number */
	double max_error_share;  /* 0: any */
	const char *rejects;     /* TSV file, or NULL */
	int64_t expect_rows;     /* -1: any number */
	bool allow_empty, rename_columns, adapt;
	const struct import_schema *schema; /* or NULL */
	uint64_t memory;         /* bytes for cells; 0: 256 MiB */
	int64_t max_levels;      /* beyond, a column is text */
	unsigned threads;        /* 0: all */
	int zstd_level;          /* 0: default */
	/*
	 * May be NULL.  ready: all is known, the frame is about to appear; it
	 * does not if -1 comes back.  note: one sentence each, for people.
	 */
	int (*ready)(void *ctx, const struct import_report *r, struct err *e);
	void (*note)(void *ctx, const char *text);
	void (*progress)(void *ctx, const struct import_progress *p);
	void *ctx;
	/* private */
	char *name_text;
	size_t type_room, na_room;
};

int import_options_init(struct import_options *o, struct err *e) MUST_USE;
void import_options_release(struct import_options *o);

/*
 * One option from text, by its name on dl-import's command line ("delimiter",
 * "na", ...; value NULL where it takes none).  Borrows the value.
 */
int import_set(struct import_options *o, const char *name, const char *value,
	       struct err *e) MUST_USE;

void import_report_release(struct import_report *r);
int import_report_json(const struct import_report *r, double seconds,
		       struct str *out, struct err *e) MUST_USE;

int import_run(const struct import_options *o, struct import_report *r,
	       struct err *e) MUST_USE;

#endif
