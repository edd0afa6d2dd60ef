/* params_int.h - what the files of lib/conf share. */
#ifndef CONF_PARAMS_INT_H
#define CONF_PARAMS_INT_H

#include <dltools/params.h>

/* Reads text into the field of i; the message has no option name yet. */
int param_parse(struct params *p, const struct param_info *i,
		const char *text, struct err *e) MUST_USE;
/* Adds one text to a list. */
int param_append(struct param_texts *list, const char *text, size_t len,
		 struct err *e) MUST_USE;
/* Empties the field: no list, no text. */
void param_clear(struct params *p, const struct param_info *i);

static inline void *
param_field(struct params *p, const struct param_info *i)
{
	return (char *)p + i->offset;
}

static inline const void *
param_field_const(const struct params *p, const struct param_info *i)
{
	return (const char *)p + i->offset;
}

/* Text of an enum's value. */
static inline const char *
param_value_text(const struct param_info *i, int value)
{
	return i->values[value].text;
}

#endif
