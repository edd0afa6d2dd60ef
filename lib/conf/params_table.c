/* params_table.c - params.def as an array; see params_table.h. */
#include <dltools/params_table.h>

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <dltools/num.h>
#include <dltools/params.h>

#define OPEN_LOW PARAM_OPEN_LOW
#define OPEN_HIGH PARAM_OPEN_HIGH
#define ROLE PARAM_ROLE
#define RUN PARAM_RUN
#define CHANGE PARAM_CHANGE

#define E(name, initial, group, flags, help) \
	static const struct param_value values_##name[] = {
#define V(constant, text) {text},
#define END(name) {NULL}};
#include "params.def"

const struct param_info param_table[] = {
#define P(name, type, low, high, initial, group, flags, help) \
	{#name, PARAM_##type, (double)(low), (double)(high), initial, \
	 PARAM_##group, (flags), NULL, offsetof(struct params, name), help},
#define E(name, initial, group, flags, help) \
	{#name, PARAM_ENUM, 0, 0, initial, PARAM_##group, (flags), \
	 values_##name, offsetof(struct params, name), help},
#include "params.def"
};

const struct param_alias param_aliases[] = {
#define A(alias, name, letter) {#alias, #name, letter},
#include "params.def"
	{NULL, NULL, 0}
};

const char *const param_group_title[PARAM_GROUPS] = {
	[PARAM_DATA] = "Data",
	[PARAM_PREPARE] = "Preparation",
	[PARAM_FOLDS] = "Cross-validation",
	[PARAM_NETWORK] = "Network",
	[PARAM_TRAIN] = "Training",
	[PARAM_LOSS] = "Loss",
	[PARAM_SCORE] = "Scoring and stopping",
	[PARAM_WORK] = "Iterations, threads, machines",
};

/* `-` and `_` are one letter; case counts. */
static bool
same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if ((*a == '-' ? '_' : *a) != (*b == '-' ? '_' : *b))
			return false;
	return *a == *b;
}

const struct param_info *
param_find(const char *name)
{
	const struct param_alias *a;
	size_t i;

	for (a = param_aliases; a->name; a++)
		if (same_name(name, a->name))
			name = a->of;
	for (i = 0; i < PARAM_COUNT; i++)
		if (same_name(name, param_table[i].name))
			return &param_table[i];
	return NULL;
}

bool
param_is_list(const struct param_info *i)
{
	return i->type == PARAM_INTS || i->type == PARAM_REALS ||
	       i->type == PARAM_TEXTS || i->type == PARAM_COLUMNS;
}

void
param_option(const struct param_info *i, struct str *out)
{
	const char *c;

	str_add(out, "--");
	for (c = i->name; *c; c++)
		str_add_char(out, *c == '_' ? '-' : *c);
}

static void
add_number(struct str *out, double value)
{
	char text[NUM_TEXT];

	num_print_double(text, value);
	str_add(out, text);
}

/* Integers that only int64_t bounds count as unbounded. */
static bool
is_bounded(const struct param_info *i, double bound)
{
	bool whole = i->type == PARAM_INT || i->type == PARAM_INTS;

	return isfinite(bound) &&
	       !(whole && fabs(bound) >= (double)INT32_MAX);
}

static void
number_range(const struct param_info *i, struct str *out)
{
	bool low = is_bounded(i, i->low), high = is_bounded(i, i->high);

	if (low && high) {
		str_add(out, i->flags & PARAM_OPEN_LOW ? "in (" : "in [");
		add_number(out, i->low);
		str_add(out, ", ");
		add_number(out, i->high);
		str_add_char(out, i->flags & PARAM_OPEN_HIGH ? ')' : ']');
	} else if (low) {
		str_add(out, i->flags & PARAM_OPEN_LOW ? "> " : ">= ");
		add_number(out, i->low);
	} else if (high) {
		str_add(out, i->flags & PARAM_OPEN_HIGH ? "< " : "<= ");
		add_number(out, i->high);
	}
}

/* "a, b or c" */
static void
values(const struct param_value *v, struct str *out)
{
	for (size_t i = 0; v[i].text; i++) {
		if (i)
			str_add(out, v[i + 1].text ? ", " : " or ");
		str_add(out, v[i].text);
	}
}

void
param_range(const struct param_info *i, struct str *out)
{
	switch (i->type) {
	case PARAM_INT:
	case PARAM_REAL:
	case PARAM_SECONDS:
	case PARAM_INTS:
	case PARAM_REALS:
		number_range(i, out);
		break;
	case PARAM_BOOL:
		str_add(out, "true or false");
		break;
	case PARAM_ENUM:
		values(i->values, out);
		break;
	default:
		break;
	}
}
