/* outputs.c - can it be written? See outputs.h. */
#include "outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dltools/file.h>

bool
output_is_file_or_new(const char *path)
{
	struct stat st;

	return strcmp(path, "-") != 0 &&
		(stat(path, &st) < 0 || S_ISREG(st.st_mode));
}

/* The directory that is the first len bytes of a path, "." if none. */
static bool
stat_directory(const char *path, size_t len, struct stat *st)
{
	char dir[PATH_MAX] = ".";

	if (len >= PATH_MAX)
		return false;
	if (len > 0)
		snprintf(dir, sizeof(dir), "%.*s", (int)len, path);
	return stat(dir, st) == 0;
}

/* Files that are not there yet: x and ./x. */
static bool
is_same_place(const char *a, const char *b)
{
	const char *x = strrchr(a, '/'), *y = strrchr(b, '/');
	struct stat p, q;

	x = x ? x + 1 : a;
	y = y ? y + 1 : b;
	return !strcmp(x, y) && stat_directory(a, (size_t)(x - a), &p) &&
	       stat_directory(b, (size_t)(y - b), &q) &&
	       p.st_dev == q.st_dev && p.st_ino == q.st_ino;
}

bool
output_is_same(const char *a, const char *b)
{
	if (!strcmp(a, "-") || !strcmp(b, "-"))
		return !strcmp(a, b);
	return output_is_file_or_new(a) &&
	       (!strcmp(a, b) || file_is_same(a, b) || is_same_place(a, b));
}

int
outputs_check_apart(const char *const *out, size_t outs,
		    const char *const *in, size_t ins, struct err *e)
{
	for (size_t i = 0; i < outs; i++) {
		for (size_t k = 0; out[i] && k < i; k++)
			if (out[k] && output_is_same(out[i], out[k]))
				return err_set(e, ERR_USAGE, "'%s' is named "
					       "for two outputs", out[i]);
		for (size_t k = 0; out[i] && k < ins; k++)
			if (in[k] && file_is_same(out[i], in[k]))
				return err_set(e, ERR_USAGE, "'%s' is both "
					       "input and output", in[k]);
	}
	return 0;
}

/* A pipe or a device: not opened just to ask.  A directory does not pass. */
static bool
passes(const char *path)
{
	struct stat st;

	if (!path || !strcmp(path, "-"))
		return true;
	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
	       !S_ISDIR(st.st_mode);
}

int
output_check(const char *path, struct err *e)
{
	struct outfile out = {0};
	int rc;

	if (passes(path))
		return 0;
	rc = outfile_open(&out, path, e);
	outfile_discard(&out);
	return rc;
}

int
output_check_growing(const char *path, struct err *e)
{
	int fd;

	if (passes(path))
		return 0;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return output_check(path, e); /* is there room for it? */
	if (fd < 0)
		return err_errno(e, ERR_OUTPUT, "cannot write '%s'", path);
	close(fd);
	return 0;
}
