/*
 * frame_text.c - the canonical text of one value.
 */
#include "frame_text_int.h"

#include <math.h>
#include <string.h>

#include <dltools/json.h>
#include <dltools/num.h>

#define DAY_MS 86400000

/* ---- strings --------------------------------------------------------- */

void
frame_text_string(struct str *out, const char *bytes, size_t len,
		  enum frame_text_format format)
{
	struct json j;

	switch (format) {
	case FRAME_TEXT_CSV:
	case FRAME_TEXT_TSV:
		if (len == 0)
			str_add(out, "\"\"");
		else
			str_add_csv(out, bytes, len,
				    format == FRAME_TEXT_TSV ? '\t' : ',');
		break;
	case FRAME_TEXT_JSON:
		j = json_start(out);
		json_put_bytes(&j, bytes, len);
		break;
	}
}

/* ---- numbers --------------------------------------------------------- */

size_t
frame_text_real(char *to, double value, enum frame_text_format format)
{
	if (format == FRAME_TEXT_JSON && !isfinite(value)) {
		memcpy(to, "null", 5);
		return 4;
	}
	return num_print_double(to, value);
}

/* Two digits, or as many as there are. */
static size_t
two_digits(char *to, int64_t value)
{
	to[0] = (char)('0' + value / 10);
	to[1] = (char)('0' + value % 10);
	return 2;
}

/*
 * Days since 1970-01-01 to year, month, day (Hinnant, "chrono-compatible
 * low-level date algorithms": eras of 400 years, years from March).
 */
static size_t
print_date(char *to, int64_t days)
{
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t doe = shifted - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t day = doy - (153 * mp + 2) / 5 + 1;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;
	int64_t year = yoe + era * 400 + (month <= 2);
	size_t len = 0;

	if (year >= 0 && year <= 9999) {
		len += two_digits(to, year / 100);
		len += two_digits(to + len, year % 100);
	} else {
		len += num_print_int(to, year);
	}
	to[len++] = '-';
	len += two_digits(to + len, month);
	to[len++] = '-';
	return len + two_digits(to + len, day);
}

size_t
frame_text_time(char out[FRAME_TIME_TEXT], int64_t ms)
{
	int64_t days = ms / DAY_MS, rest = ms % DAY_MS;
	size_t len;

	if (rest < 0) {
		rest += DAY_MS;
		days--;
	}
	len = print_date(out, days);
	out[len++] = 'T';
	len += two_digits(out + len, rest / 3600000);
	out[len++] = ':';
	len += two_digits(out + len, rest / 60000 % 60);
	out[len++] = ':';
	len += two_digits(out + len, rest / 1000 % 60);
	if (rest % 1000) {
		out[len++] = '.';
		out[len++] = (char)('0' + rest / 100 % 10);
		len += two_digits(out + len, rest % 100);
		while (out[len - 1] == '0')
			len--;
	}
	out[len++] = 'Z';
	out[len] = '\0';
	return len;
}

/* ---- any value ------------------------------------------------------- */

static void
add_time(struct str *out, int64_t ms, enum frame_text_format format)
{
	char text[FRAME_TIME_TEXT];

	frame_text_string(out, text, frame_text_time(text, ms), format);
}

void
frame_text_cell(struct str *out, const struct frame_column *column,
		const struct chunk *c, size_t i, enum frame_text_format format)
{
	const struct string_table *t =
		c->form == CHUNK_TEXT ? &c->dict : &column->levels;
	char text[NUM_TEXT];
	uint64_t at;

	if (chunk_is_missing(c, i)) {
		if (format == FRAME_TEXT_JSON)
			str_add(out, "null");
	} else if (c->form == CHUNK_REAL) {
		str_add_bytes(out, text,
			      frame_text_real(text, c->f64[i], format));
	} else if (column->type == COLUMN_TIME) {
		add_time(out, c->i64[i], format);
	} else if (c->form == CHUNK_INT) {
		str_add_bytes(out, text, num_print_int(text, c->i64[i]));
	} else {
		at = t->at[c->code[i]];
		frame_text_string(out, t->bytes + at,
				  (size_t)(t->at[c->code[i] + 1] - at),
				  format);
	}
}
