/*
 * json_read.h - parsing JSON, with lack of memory told from text that is none.
 *
 *	json_t *root;
 *	int got = json_read(&root, text, len, NULL, e);
 *
 *	if (got > 0)
 *		got = err_set(e, ERR_INPUT, "not JSON");
 *
 * jansson's own functions say "invalid token" where memory ran out, or read on
 * with a token that lacks bytes.
 */
#ifndef CONF_JSON_READ_H
#define CONF_JSON_READ_H

#include <stddef.h>

#include <jansson.h>

#include <dltools/err.h>

/*
 * 0 and *root, an object or array whose keys are unique and which the caller
 * releases; or NULL in *root and 1 if text[len] is no such thing, as *why says
 * (may be NULL), or -1 if memory ran out.
 */
int json_read(json_t **root, const char *text, size_t len, json_error_t *why,
	      struct err *e) MUST_USE;

#endif
