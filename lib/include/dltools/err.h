/*
 * err.h - how the library reports failure.
 *
 * A function that can fail returns 0 or -1 (or a pointer or NULL) and fills
 * the caller's struct err once, at the place that knows the facts; callers
 * hand it up untouched.  The library never prints and never exits; the
 * programs in cmd/ print the message behind their name and exit with the code.
 *
 *	struct err e = {0};
 *
 *	if (model_open(&m, path, &e) < 0)
 *		return die(&e);
 *
 * A zeroed struct err means "no error".  Messages are one line of UTF-8 without
 * a full stop, the subject in quotes; control bytes in quoted text are escaped.
 */
#ifndef DLTOOLS_ERR_H
#define DLTOOLS_ERR_H

#if defined(__GNUC__)
#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define MUST_USE
#define PRINTF_LIKE(fmt, args)
#endif

/* Exit statuses of every program; a signal is re-raised instead. */
enum err_code {
	ERR_NONE = 0,
	ERR_GATE = 1,     /* a gate, a check or a busy lock said no */
	ERR_USAGE = 2,    /* option, value, range or combination */
	ERR_INPUT = 3,    /* input missing, empty, damaged or of wrong kind */
	ERR_SCHEMA = 4,   /* column, level, format version or resume mismatch */
	ERR_NUMERIC = 5,  /* numerical failure: not finite, diverged */
	ERR_OUTPUT = 6,   /* output, memory, disk, time or a limit */
	ERR_INTERNAL = 7, /* a defect in dltools */
};

struct err {
	enum err_code code;
	int from; /* the errno that err_errno() found, else 0 */
	char msg[1000];
};

/* Fills e and returns -1, so that a failing function can return err_set(). */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/* As err_set, and appends ": " and the text of errno as it was on entry. */
int err_errno(struct err *e, enum err_code code, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/* Puts "prefix: " before the message e holds; returns -1. */
int err_prefix(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Out of memory for `what`; returns -1. */
int err_nomem(struct err *e, const char *what);

#endif
