/*
 * encoder_json.h - an encoder in the model file.
 *
 * One JSON object, and the strings beside it, because there may be many and
 * they need not be UTF-8: the name of every column of the table, the levels of
 * every enum predictor in unit order, the classes; each string as its length
 * (32 bits, little-endian) and its bytes.
 */
#ifndef DLTOOLS_ENCODER_JSON_H
#define DLTOOLS_ENCODER_JSON_H

#include <stddef.h>

#include "err.h"

struct encoder;
struct json;
struct json_t; /* of jansson */
struct str;

void encoder_write_json(const struct encoder *enc, struct json *j);
void encoder_write_strings(const struct encoder *enc, struct str *out);

/* Checks every rule: ERR_INPUT.  root is a jansson object, borrowed. */
int encoder_parse(struct encoder *enc, const struct json_t *root,
		  const void *strings, size_t len, struct err *e) MUST_USE;

#endif
