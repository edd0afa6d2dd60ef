/* json.c - the streaming JSON writer; see json.h. */
#include <dltools/json.h>

#include <assert.h>
#include <math.h>
#include <string.h>

#include <dltools/num.h>

struct json
json_start(struct str *out)
{
	return (struct json){.out = out};
}

static void
before_value(struct json *j)
{
	if (!j->after_key && j->depth > 0) {
		if (j->comma[j->depth - 1])
			str_add_char(j->out, ',');
		j->comma[j->depth - 1] = true;
	}
	j->after_key = false;
}

static void
nest(struct json *j, char open, char close)
{
	before_value(j);
	assert(j->depth < JSON_DEPTH);
	j->close[j->depth] = close;
	j->comma[j->depth] = false;
	j->depth++;
	str_add_char(j->out, open);
}

void
json_put_object(struct json *j)
{
	nest(j, '{', '}');
}

void
json_put_array(struct json *j)
{
	nest(j, '[', ']');
}

void
json_end(struct json *j)
{
	assert(j->depth > 0);
	str_add_char(j->out, j->close[--j->depth]);
}

static void
add_text(struct str *s, const unsigned char *p, size_t len)
{
	size_t i = 0, run, valid;

	str_add_char(s, '"');
	while (i < len) {
		valid = i + str_utf8_valid(p + i, len - i);
		for (run = i; run < valid && p[run] >= 0x20 && p[run] != '"' &&
		     p[run] != '\\' && p[run] != 0x7f; run++)
			;
		str_add_bytes(s, p + i, run - i);
		i = run;
		if (i >= len)
			break;
		if (p[i] == '"' || p[i] == '\\')
			str_addf(s, "\\%c", p[i]);
		else if (p[i] == '\n')
			str_add(s, "\\n");
		else if (p[i] == '\t')
			str_add(s, "\\t");
		else
			str_addf(s, "\\u%04x", p[i]);
		i++;
	}
	str_add_char(s, '"');
}

void
json_put_bytes(struct json *j, const void *bytes, size_t len)
{
	before_value(j);
	add_text(j->out, bytes, len);
}

void
json_put_text(struct json *j, const char *text)
{
	json_put_bytes(j, text, strlen(text));
}

void
json_key(struct json *j, const char *key)
{
	before_value(j);
	add_text(j->out, (const unsigned char *)key, strlen(key));
	str_add_char(j->out, ':');
	j->after_key = true;
}

void
json_put_int(struct json *j, int64_t value)
{
	char text[NUM_TEXT];

	before_value(j);
	str_add_bytes(j->out, text, num_print_int(text, value));
}

void
json_put_real(struct json *j, double value)
{
	char text[NUM_TEXT];

	before_value(j);
	if (isfinite(value))
		str_add_bytes(j->out, text, num_print_double(text, value));
	else
		str_add(j->out, "null");
}

void
json_put_float(struct json *j, float value)
{
	char text[NUM_TEXT];

	before_value(j);
	if (isfinite(value))
		str_add_bytes(j->out, text, num_print_float(text, value));
	else
		str_add(j->out, "null");
}

void
json_put_bool(struct json *j, bool value)
{
	before_value(j);
	str_add(j->out, value ? "true" : "false");
}

void
json_put_null(struct json *j)
{
	before_value(j);
	str_add(j->out, "null");
}

void
json_add_text(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	if (text)
		json_put_text(j, text);
	else
		json_put_null(j);
}

void
json_add_int(struct json *j, const char *key, int64_t value)
{
	json_key(j, key);
	json_put_int(j, value);
}

void
json_add_real(struct json *j, const char *key, double value)
{
	json_key(j, key);
	json_put_real(j, value);
}

void
json_add_bool(struct json *j, const char *key, bool value)
{
	json_key(j, key);
	json_put_bool(j, value);
}
