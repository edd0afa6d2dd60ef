/* params_json_read.c - reading parameters from the JSON object of a model. */
#include <dltools/params.h>

#include <jansson.h>

#include <dltools/num.h>

#include "params_int.h"

/* A scalar as the text that params_set() would read; false if it is none. */
static bool
scalar_text(const json_t *v, struct str *out)
{
	char text[NUM_TEXT];

	switch (json_typeof(v)) {
	case JSON_STRING:
		str_add(out, json_string_value(v));
		return true;
	case JSON_INTEGER:
		num_print_int(text, json_integer_value(v));
		str_add(out, text);
		return true;
	case JSON_REAL:
		num_print_double(text, json_real_value(v));
		str_add(out, text);
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		str_add(out, json_is_true(v) ? "true" : "false");
		return true;
	default:
		return json_is_null(v);
	}
}

static int
read_list(struct params *p, const struct param_info *i, const json_t *v,
	  struct err *e)
{
	bool numbers = i->type == PARAM_INTS || i->type == PARAM_REALS;
	struct str text = STR_INIT;
	size_t k;
	int status = 0;

	param_clear(p, i);
	for (k = 0; k < json_array_size(v) && status == 0; k++) {
		if (numbers && k)
			str_add_char(&text, ',');
		if (!scalar_text(json_array_get(v, k), &text))
			status = err_set(e, ERR_INPUT, "not a list of values");
		else if (!numbers) {
			status = param_append(param_field(p, i), text.buf,
					      text.len, e);
			str_reset(&text);
		}
	}
	if (status == 0)
		status = str_check(&text, e);
	if (status == 0 && numbers)
		status = param_parse(p, i, text.buf, e);
	str_release(&text);
	return status;
}

static int
read_value(struct params *p, const struct param_info *i, const json_t *v,
	   struct err *e)
{
	struct str text = STR_INIT;
	int status = -1;

	if (i->type >= PARAM_INTS) {
		if (json_is_array(v))
			return read_list(p, i, v, e);
		return err_set(e, ERR_INPUT, "not a list");
	}
	if (!scalar_text(v, &text))
		err_set(e, ERR_INPUT, "not a single value");
	else if (str_check(&text, e) == 0)
		status = param_parse(p, i, text.buf, e);
	str_release(&text);
	return status;
}

int
params_from_json(struct params *p, const struct json_t *root, struct err *e)
{
	const struct param_info *i;
	const char *name;
	json_t *v;

	if (params_init(p, e) < 0)
		return -1;
	if (!json_is_object(root)) {
		params_release(p);
		return err_set(e, ERR_INPUT, "parameters: not an object");
	}
	json_object_foreach((json_t *)(uintptr_t)root, name, v) {
		i = param_find(name);
		if (i && read_value(p, i, v, e) == 0)
			continue;
		if (!i)
			err_set(e, ERR_INPUT, "unknown parameter");
		else if (e->code == ERR_USAGE)
			e->code = ERR_INPUT; /* a model's fault, not a flag's */
		err_prefix(e, "parameters: '%s'", name);
		params_release(p);
		return -1;
	}
	return 0;
}
