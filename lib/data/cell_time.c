/* cell_time.c - times in the text of a cell, always UTC; see cell_int.h. */
#include "cell_int.h"

/* The years 0000 to 9999, which have a text. */
#define FIRST_MS (-62167219200000)
#define LAST_MS 253402300799999

struct moment {
	int64_t year, month, day, hour, minute, second, millis;
	int64_t offset; /* minutes east of Greenwich */
	int64_t yday;   /* 0: none */
	int64_t epoch;  /* seconds from 1970, if has_epoch */
	bool has_epoch, is_before; /* before 1970, -0 too */
	bool has_half, is_afternoon;
};

/* Between low and high digits; returns the new position, NULL if not so. */
static const char *
get(const char *t, const char *end, int low, int high, int64_t *out)
{
	int n = 0;

	for (*out = 0; n < high && t < end && *t >= '0' && *t <= '9'; n++)
		*out = *out * 10 + (*t++ - '0');
	return n < low ? NULL : t;
}

/* Digits of a second behind the point; more than three are cut. */
static const char *
get_fraction(const char *t, const char *end, int64_t *millis)
{
	int64_t unit = 100;
	const char *start = t;

	for (*millis = 0; t < end && *t >= '0' && *t <= '9'; t++, unit /= 10)
		*millis += (*t - '0') * unit;
	return t == start ? NULL : t;
}

/* Z, +hh:mm, +hhmm or +hh */
static const char *
get_zone(const char *t, const char *end, int64_t *offset)
{
	int64_t hours, minutes = 0, sign;

	if (t < end && *t == 'Z')
		return t + 1;
	if (t == end || (*t != '+' && *t != '-'))
		return NULL;
	sign = *t++ == '-' ? -1 : 1;
	t = get(t, end, 2, 2, &hours);
	if (t && t < end) {
		if (*t == ':')
			t++;
		t = get(t, end, 2, 2, &minutes);
	}
	if (!t || hours > 23 || minutes > 59)
		return NULL;
	*offset = sign * (hours * 60 + minutes);
	return t;
}

static const char *
get_month(const char *t, const char *end, int64_t *month)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	int m, k;

	for (m = 0; end - t >= 3 && m < 12; m++) {
		for (k = 0; k < 3 && (t[k] | 32) == names[3 * m + k]; k++)
			;
		if (k == 3) {
			*month = m + 1;
			return t + 3;
		}
	}
	return NULL;
}

static const char *
get_half(const char *t, const char *end, struct moment *m)
{
	if (end - t < 2 || (t[1] | 32) != 'm' ||
	    ((t[0] | 32) != 'a' && (t[0] | 32) != 'p'))
		return NULL;
	m->has_half = true;
	m->is_afternoon = (t[0] | 32) == 'p';
	return t + 2;
}

static const char *
get_epoch(const char *t, const char *end, struct moment *m)
{
	m->has_epoch = true;
	m->is_before = t < end && *t == '-';
	return get(t + m->is_before, end, 1, 15, &m->epoch);
}

static const char *
get_year2(const char *t, const char *end, int64_t *year)
{
	t = get(t, end, 2, 2, year);
	*year += *year < 69 ? 2000 : 1900;
	return t;
}

static const char *
get_item(const char *t, const char *end, char item, struct moment *m)
{
	switch (item) {
	case 'Y': return get(t, end, 4, 4, &m->year);
	case 'y': return get_year2(t, end, &m->year);
	case 'm': return get(t, end, 1, 2, &m->month);
	case 'b': return get_month(t, end, &m->month);
	case 'd': return get(t, end, 1, 2, &m->day);
	case 'j': return get(t, end, 1, 3, &m->yday);
	case 'H':
	case 'I': return get(t, end, 1, 2, &m->hour);
	case 'M': return get(t, end, 1, 2, &m->minute);
	case 'S': return get(t, end, 1, 2, &m->second);
	case 'f': return get_fraction(t, end, &m->millis);
	case 'p': return get_half(t, end, m);
	case 's': return get_epoch(t, end, m);
	case 'z': return get_zone(t, end, &m->offset);
	case '%': return t < end && *t == '%' ? t + 1 : NULL;
	default: return NULL;
	}
}

static const char *
get_format(const char *t, const char *end, const char *format,
	   struct moment *m)
{
	for (; t && *format; format++) {
		if (*format != '%') {
			t = t < end && *t == *format ? t + 1 : NULL;
			continue;
		}
		switch (*++format) {
		case '\0': return NULL;
		case 'F': t = get_format(t, end, "%Y-%m-%d", m); break;
		case 'T': t = get_format(t, end, "%H:%M:%S", m); break;
		default: t = get_item(t, end, *format, m);
		}
	}
	return t;
}

static const char *
get_iso(const char *t, const char *end, struct moment *m)
{
	t = get_format(t, end, "%F", m);
	if (!t || t == end)
		return t;
	if (*t != 'T' && *t != ' ')
		return NULL;
	t = get_format(t + 1, end, "%H:%M", m);
	if (t && t < end && *t == ':')
		t = get(t + 1, end, 2, 2, &m->second);
	if (t && t < end && *t == '.')
		t = get_fraction(t + 1, end, &m->millis);
	if (t && t < end)
		t = get_zone(t, end, &m->offset);
	return t;
}

static bool
is_leap(int64_t y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar. */
static int64_t
day_number(int64_t y, int64_t m, int64_t d)
{
	int64_t era, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	y -= era * 400;
	return era * 146097 + y * 365 + y / 4 - y / 100 + doy - 719468;
}

static bool
is_valid(const struct moment *m)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
				     30, 31 };

	if (m->month < 1 || m->month > 12 || m->day < 1 || m->minute > 59 ||
	    m->second > 60 || m->hour > (m->has_half ? 12 : 23) ||
	    (m->has_half && !m->hour))
		return false;
	if (m->yday)
		return m->yday <= 365 + is_leap(m->year);
	return m->day <= days[m->month - 1] +
		(m->month == 2 && is_leap(m->year));
}

static int64_t
to_millis(const struct moment *m)
{
	int64_t days, hour, ms = m->epoch * 1000 + m->millis;

	if (m->has_epoch)
		return m->is_before ? -ms : ms;
	days = m->yday ? day_number(m->year, 1, 1) + m->yday - 1 :
			 day_number(m->year, m->month, m->day);
	hour = m->has_half ? m->hour % 12 + 12 * m->is_afternoon : m->hour;
	return (((days * 24 + hour) * 60 + m->minute - m->offset) * 60 +
		m->second) * 1000 + m->millis;
}

int
cell_time(const char *t, size_t n, const char *format, int64_t *out)
{
	struct moment m = { .year = 1970, .month = 1, .day = 1 };
	const char *end = t + n;

	while (t < end && *t == ' ')
		t++;
	while (t < end && end[-1] == ' ')
		end--;
	t = format ? get_format(t, end, format, &m) : get_iso(t, end, &m);
	if (t != end || !t || !is_valid(&m))
		return -1;
	*out = to_millis(&m);
	return *out < FIRST_MS || *out > LAST_MS ? -1 : 0;
}

bool
cell_is_time_format(const char *format)
{
	bool any = false;

	for (; *format; format++) {
		if (*format != '%')
			continue;
		format++;
		if (!*format || !strchr("YymbdjHIMSfpsz%FT", *format))
			return false;
		any |= *format != '%';
	}
	return any;
}
