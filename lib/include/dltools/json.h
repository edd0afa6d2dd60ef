/*
 * json.h - writing JSON as a stream of calls into a struct str.
 *
 *	struct json j = json_start(&s);
 *
 *	json_put_object(&j);
 *	json_key(&j, "rows");  json_put_int(&j, 60000);
 *	json_key(&j, "mean");  json_put_real(&j, 33.3);
 *	json_end(&j);
 *
 * Commas and nesting are kept by the writer.  NaN and infinities are written
 * as null.  Bytes that are not UTF-8 are written as \u00NN of each byte.
 * Reading is done with jansson where it is needed.
 */
#ifndef DLTOOLS_JSON_H
#define DLTOOLS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

#define JSON_DEPTH 32

struct json {
	struct str *out;
	int depth;
	char close[JSON_DEPTH];
	bool comma[JSON_DEPTH];
	bool after_key;
};

struct json json_start(struct str *out);
void json_put_object(struct json *j);
void json_put_array(struct json *j);
void json_end(struct json *j); /* closes the innermost object or array */
void json_key(struct json *j, const char *key);
void json_put_text(struct json *j, const char *text);
void json_put_bytes(struct json *j, const void *bytes, size_t len);
void json_put_int(struct json *j, int64_t value);
void json_put_real(struct json *j, double value);   /* shortest double */
void json_put_float(struct json *j, float value);   /* shortest float */
void json_put_bool(struct json *j, bool value);
void json_put_null(struct json *j);

/* A member of an object: the key and its value; text NULL: null. */
void json_add_text(struct json *j, const char *key, const char *text);
void json_add_int(struct json *j, const char *key, int64_t value);
void json_add_real(struct json *j, const char *key, double value);
void json_add_bool(struct json *j, const char *key, bool value);

#endif
