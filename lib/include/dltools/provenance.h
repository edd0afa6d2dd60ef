/*
 * provenance.h - how a model came about: the command that made it and the files
 * that it was made from.
 *
 * A model that is not reproducible records both (`run`, dl-model(5)).  A
 * reproducible one names no file: what is known of it are its parameters, the
 * roles of its columns and the content hashes of its frames, and these make the
 * same model.
 */
#ifndef DLTOOLS_PROVENANCE_H
#define DLTOOLS_PROVENANCE_H

#include <stdbool.h>

#include "err.h"
#include "model.h"
#include "str.h"

/*
 * The command for a shell, or with `rule` a rule for make.  Of a reproducible
 * model path is the output and FRAME stands for what is not known, explained by
 * comments.
 */
int provenance_command(const struct model *m, const char *path, bool rule,
		       struct str *out, struct err *e) MUST_USE;

/* "KEY=VALUE, KEY=VALUE" of its tags. */
void provenance_tags(const struct model *m, struct str *out);

/*
 * A line per input: is it what it was?  ERR_GATE, all that differ in one
 * message, if not, or if the model names no files.
 */
int provenance_check(const struct model *m, struct str *out,
		     struct err *e) MUST_USE;

#endif
