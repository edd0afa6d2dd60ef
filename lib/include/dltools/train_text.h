/*
 * train_text.h - small texts around a training run: how often to save, tags,
 * make rules, how far it is.
 */
#ifndef DLTOOLS_TRAIN_TEXT_H
#define DLTOOLS_TRAIN_TEXT_H

#include <stddef.h>

#include "err.h"
#include "history.h"
#include "str.h"
#include "train.h"

/* "10m", "1epoch", "1e6samples". */
int train_parse_every(struct train_every *every, const char *text,
		      struct err *e) MUST_USE;

/* "KEY=VALUE" texts as one JSON object; *json NULL for none; mem_free. */
int train_tags_json(const char *const *tag, size_t n, char **json,
		    struct err *e) MUST_USE;

/* A file's name as a make rule wants it, before its colon and behind it. */
void train_rule_target(struct str *rule, const char *name);
void train_rule_input(struct str *rule, const char *name);

/* A make rule: out depends on in[n]; names escaped. */
void train_deps(const char *out, const char *const *in, size_t n,
		struct str *rule);

/* For a live line, and for a line per scoring event. */
void train_progress_text(const struct train_progress *p, struct str *out);
void train_event_text(const struct history_row *row, struct str *out);

#endif
