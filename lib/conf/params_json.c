/* params_json.c - writing parameters as the JSON object of a model. */
#include <dltools/params.h>

#include <math.h>
#include <string.h>

#include <dltools/json.h>
#include <dltools/num.h>

#include "params_int.h"

/* JSON has no infinity; a text "inf" stands for it. */
static void
write_real(struct json *j, double value)
{
	char text[NUM_TEXT];

	if (isfinite(value)) {
		json_put_real(j, value);
		return;
	}
	num_print_double(text, value);
	json_put_text(j, text);
}

static void
write_list(const struct params *p, const struct param_info *i, struct json *j)
{
	const struct param_ints *ints = param_field_const(p, i);
	const struct param_reals *reals = param_field_const(p, i);
	const struct param_texts *texts = param_field_const(p, i);
	size_t k;

	json_put_array(j);
	if (i->type == PARAM_INTS)
		for (k = 0; k < ints->n; k++)
			json_put_int(j, ints->v[k]);
	else if (i->type == PARAM_REALS)
		for (k = 0; k < reals->n; k++)
			write_real(j, reals->v[k]);
	else
		for (k = 0; k < texts->n; k++)
			json_put_text(j, texts->v[k]);
	json_end(j);
}

static void
write_value(const struct params *p, const struct param_info *i, struct json *j)
{
	const void *field = param_field_const(p, i);
	const char *text;

	switch (i->type) {
	case PARAM_BOOL:
		json_put_bool(j, *(const bool *)field);
		break;
	case PARAM_INT:
		json_put_int(j, *(const int64_t *)field);
		break;
	case PARAM_REAL:
	case PARAM_SECONDS:
		write_real(j, *(const double *)field);
		break;
	case PARAM_ENUM:
		json_put_text(j, param_value_text(i, *(const int *)field));
		break;
	case PARAM_TEXT:
	case PARAM_COLUMN:
	case PARAM_PATH:
		text = *(char *const *)field;
		if (text)
			json_put_text(j, text);
		else
			json_put_null(j);
		break;
	default:
		write_list(p, i, j);
	}
}

void
params_to_json(const struct params *p, bool without_run, struct json *j)
{
	size_t k;

	json_put_object(j);
	for (k = 0; k < PARAM_COUNT; k++) {
		if (without_run && param_table[k].flags & PARAM_RUN)
			continue;
		json_key(j, param_table[k].name);
		write_value(p, &param_table[k], j);
	}
	json_end(j);
}
