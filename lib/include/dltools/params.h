/*
 * params.h - the training parameters: one bounded table, lib/conf/params.def.
 *
 * The table makes struct params below, the flags of dl-train, the --config
 * keys, --help, the man page's list, completion, the model's record and
 * --print-config.  Every field has its H2O name.
 *
 *	struct params p = {0};
 *
 *	params_init(&p, &e);                              defaults
 *	params_set(&p, PARAM_FROM_FLAG, "hidden", "64,64", &e);
 *	params_check(&p, &e);                             combinations
 *	params_resolve(&p, &task, &e);                    what AUTO means here
 *	params_release(&p);
 *
 * Names: `-` and `_` are the same, aliases of the table are understood.  Values
 * of enums: any case, `_` and `-` ignored, printed in H2O's client spelling.
 */
#ifndef DLTOOLS_PARAMS_H
#define DLTOOLS_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "params_table.h"
#include "str.h"

/* Lists own their memory. */
struct param_ints {
	int64_t *v;
	size_t n;
};

struct param_reals {
	double *v;
	size_t n;
};

struct param_texts {
	char **v;
	size_t n;
};

/* One enum per enumerated parameter: PARAM_ACTIVATION_TANH... */
#define E(name, initial, group, flags, help) enum param_##name {
#define V(constant, text) PARAM_##constant,
#define END(name) };
#include "../../conf/params.def"

/* PARAM_ID_activation...: place in the table, PARAM_COUNT in all. */
enum param_id {
#define P(name, type, low, high, initial, group, flags, help) PARAM_ID_##name,
#define E(name, initial, group, flags, help) PARAM_ID_##name,
#include "../../conf/params.def"
	PARAM_COUNT
};

/* Where a value comes from; a lower source never overrules a higher one. */
enum param_source {
	PARAM_FROM_DEFAULT,
	PARAM_FROM_CONFIG,
	PARAM_FROM_FLAG,
};

/*
 * Enumerated parameters are ints of their enum; texts that are not given are
 * NULL.  Fields may be written directly (numbers of a resolved record, say).
 */
struct params {
#define P(name, type, low, high, initial, group, flags, help) \
	PARAM_FIELD_##type name;
#define E(name, initial, group, flags, help) int name;
#include "../../conf/params.def"
	unsigned char from[PARAM_COUNT]; /* enum param_source */
};

/* Defaults.  p may hold anything before; release it afterwards. */
int params_init(struct params *p, struct err *e) MUST_USE;
void params_release(struct params *p);
int params_copy(struct params *, const struct params *, struct err *) MUST_USE;

/*
 * One value from text.  Lists are separated by commas, an item with a comma in
 * double quotes, or "@FILE" with one item per line; paths are added one by one.
 * ERR_USAGE with the option's name, the value and what is legal; an unknown
 * name gets the nearest one suggested.
 */
int params_set(struct params *p, enum param_source from, const char *name,
	       const char *text, struct err *e) MUST_USE;

/* Given by a file or a flag? */
#define params_given(p, name) ((p)->from[PARAM_ID_##name] > PARAM_FROM_DEFAULT)

/* Do the parameters go together, as far as can be said without data? */
int params_check(const struct params *p, struct err *e) MUST_USE;

/* The task that the training frame poses. */
struct params_task {
	bool classification;
	size_t classes;
};

/*
 * Checks what depends on the task, then replaces every AUTO (distribution,
 * loss, stopping_metric, optimizer, encoding, dropout ratios, Adam's rate, an
 * infinite max_w2) by what it means.
 */
int params_resolve(struct params *p, const struct params_task *task,
		   struct err *e) MUST_USE;

/*
 * May training go on from a model made with `before`?  Both resolved.  All
 * differences that are not allowed stand in one message, ERR_SCHEMA.
 */
int params_check_continuation(const struct params *before,
			      const struct params *now,
			      struct err *e) MUST_USE;

/* Lines for people: what was given but has no effect here. */
void params_notes(const struct params *p, struct str *out);

/* ---- text and JSON -------------------------------------------------- */

/* `name=value name=value`: what was given, for the results row. */
void params_row(const struct params *p, struct str *out);
/* What the row names was given: it is no default, even if equal to one. */
int params_mark_row(struct params *, const char *row, struct err *) MUST_USE;

/* `key = value` lines for params_read_config(); `#key = value` if default. */
void params_print_config(const struct params *p, struct str *out);
/* path names the text in messages. */
int params_read_config(struct params *p, const char *path, const char *text,
		       struct err *e) MUST_USE;

struct json;
/* One object; without_run leaves out what says only how to compute. */
void params_to_json(const struct params *p, bool without_run, struct json *j);
bool params_has_dropout(const struct params *p); /* of hidden units */
bool params_has_log_link(const struct params *p);

struct json_t;
/* root: a jansson object, borrowed.  Starts from the defaults. */
int params_from_json(struct params *p, const struct json_t *root,
		     struct err *e) MUST_USE;

#endif
