/* outputs.c - can it be written? See outputs.h. */
#include "outputs.h"

#include <fcntl.h>
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
	struct stat st;
	bool is_new;
	int fd;

	if (passes(path))
		return 0;
	is_new = stat(path, &st) < 0;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_errno(e, ERR_OUTPUT, "cannot write '%s'", path);
	close(fd);
	if (is_new)
		unlink(path);
	return 0;
}
