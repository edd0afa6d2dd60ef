/* str.c - a growing byte string; see str.h. */
#include <dltools/str.h>

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <dltools/mem.h>

char str_empty[1] = "";

void
str_init(struct str *s)
{
	*s = (struct str)STR_INIT;
}

void
str_release(struct str *s)
{
	if (!s)
		return;
	if (s->room)
		mem_free(s->buf);
	str_init(s);
}

void
str_reset(struct str *s)
{
	s->len = 0;
	if (s->room)
		s->buf[0] = '\0';
}

/* Room for len more bytes and a NUL; false when there is none. */
static bool
reserve(struct str *s, size_t len)
{
	struct err e;
	char *owned = s->room ? s->buf : NULL;
	size_t need;

	if (s->failed || mem_add(s->len, len, &need) < 0 ||
	    mem_add(need, 1, &need) < 0 ||
	    mem_grow(&owned, &s->room, need, 1, &e) < 0) {
		s->failed = true;
		return false;
	}
	s->buf = owned;
	return true;
}

void
str_add_bytes(struct str *s, const void *bytes, size_t len)
{
	if (!reserve(s, len))
		return;
	if (len)
		memcpy(s->buf + s->len, bytes, len);
	s->len += len;
	s->buf[s->len] = '\0';
}

void
str_add(struct str *s, const char *text)
{
	str_add_bytes(s, text, strlen(text));
}

void
str_add_char(struct str *s, char c)
{
	str_add_bytes(s, &c, 1);
}

void
str_addf(struct str *s, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0 || !reserve(s, (size_t)len)) {
		s->failed = true;
		return;
	}
	va_start(args, fmt);
	vsnprintf(s->buf + s->len, (size_t)len + 1, fmt, args);
	va_end(args);
	s->len += (size_t)len;
}

/* Length of the UTF-8 sequence at p (at most n bytes), 0 if it is none. */
static size_t
utf8_sequence(const unsigned char *p, size_t n)
{
	size_t len, i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n < len)
		return 0;
	for (i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* overlong forms, surrogates, beyond U+10FFFF */
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

size_t
str_utf8_valid(const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	uint64_t word;
	size_t i = 0, step;

	while (i < len) {
		if (len - i >= 8) {
			memcpy(&word, p + i, 8);
			if (!(word & 0x8080808080808080u)) {
				i += 8;
				continue;
			}
		}
		step = utf8_sequence(p + i, len - i);
		if (!step)
			break;
		i += step;
	}
	return i;
}

void
str_add_quoted(struct str *s, const void *bytes, size_t len, size_t max)
{
	const unsigned char *p = bytes;
	size_t i = 0, step, start = s->len;

	while (i < len) {
		if (s->len - start >= max) {
			str_add(s, "...");
			return;
		}
		step = utf8_sequence(p + i, len - i);
		if (step == 1 && p[i] == '\n')
			str_add(s, "\\n");
		else if (step == 1 && p[i] == '\t')
			str_add(s, "\\t");
		else if (step == 0 ||
			 (step == 1 && (p[i] < 0x20 || p[i] == 0x7f)))
			str_addf(s, "\\x%02x", p[i]);
		else if (step == 2 && p[i] == 0xc2 && p[i + 1] < 0xa0)
			str_addf(s, "\\x%02x\\x%02x", p[i], p[i + 1]);
		else
			str_add_bytes(s, p + i, step);
		i += step ? step : 1;
	}
}

void
str_add_csv(struct str *s, const void *bytes, size_t len, char delimiter)
{
	const char *p = bytes;
	size_t i;
	bool quote = false;

	for (i = 0; i < len && !quote; i++)
		quote = p[i] == delimiter || p[i] == '"' || p[i] == '\n' ||
			p[i] == '\r';
	if (!quote) {
		str_add_bytes(s, bytes, len);
		return;
	}
	str_add_char(s, '"');
	for (i = 0; i < len; i++) {
		if (p[i] == '"')
			str_add_char(s, '"');
		str_add_char(s, p[i]);
	}
	str_add_char(s, '"');
}

int
str_check(const struct str *s, struct err *e)
{
	return s->failed ? err_nomem(e, "text") : 0;
}

char *
str_take(struct str *s, struct err *e)
{
	char *buf;

	if (str_check(s, e) < 0)
		return NULL;
	buf = s->room ? s->buf : mem_strdup("", e);
	str_init(s);
	return buf;
}
