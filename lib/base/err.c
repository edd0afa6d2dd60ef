/* err.c - filling struct err; see err.h. */
#include <dltools/err.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
format(struct err *e, enum err_code code, const char *fmt, va_list args)
	PRINTF_LIKE(3, 0);

static void
format(struct err *e, enum err_code code, const char *fmt, va_list args)
{
	e->code = code;
	e->from = 0;
	if (vsnprintf(e->msg, sizeof(e->msg), fmt, args) < 0)
		e->msg[0] = '\0';
}

static void
append(struct err *e, const char *text)
{
	size_t len = strlen(e->msg);

	(void)snprintf(e->msg + len, sizeof(e->msg) - len, ": %s", text);
}

int
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	format(e, code, fmt, args);
	va_end(args);
	return -1;
}

int
err_errno(struct err *e, enum err_code code, const char *fmt, ...)
{
	int saved = errno;
	char text[128];
	va_list args;

	va_start(args, fmt);
	format(e, code, fmt, args);
	va_end(args);
	if (strerror_r(saved, text, sizeof(text)) != 0)
		(void)snprintf(text, sizeof(text), "error %d", saved);
	append(e, text);
	e->from = errno = saved;
	return -1;
}

int
err_prefix(struct err *e, const char *fmt, ...)
{
	char rest[sizeof(e->msg)];
	int from = e->from;
	va_list args;

	memcpy(rest, e->msg, sizeof(rest));
	va_start(args, fmt);
	format(e, e->code, fmt, args);
	va_end(args);
	append(e, rest);
	e->from = from;
	return -1;
}

int
err_nomem(struct err *e, const char *what)
{
	return err_set(e, ERR_OUTPUT, "out of memory for %s", what);
}
