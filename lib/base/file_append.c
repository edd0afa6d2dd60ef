/* file_append.c - a row more in a table that many runs share; see file.h. */
#include <dltools/file.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dltools/mem.h>

/* What stands in a table before a row is added. */
struct standing {
	uint64_t size;
	bool unterminated; /* its last line has no newline */
};

/* Only a regular file can be looked at; whatever else it is counts as empty. */
static int
look(const char *path, const char *header, struct standing *s, struct err *e)
{
	size_t len = strcspn(header, "\n");
	struct infile in = {0};
	struct stat st;
	char *head = NULL, last = '\n';
	int status = -1;

	*s = (struct standing){0};
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return 0;
	if (infile_open(&in, path, e) < 0)
		return -1;
	s->size = in.size;
	head = mem_zalloc(len + 2, 1, e);
	if (head && infile_read(&in, 0, head, in.size < len + 1
					? (size_t)in.size : len + 1, e) == 0 &&
	    infile_read(&in, in.size - 1, &last, 1, e) == 0)
		status = 0;
	s->unterminated = last != '\n';
	if (status == 0 && (memcmp(head, header, len) != 0 ||
			    !strchr("\r\n", head[len])))
		status = err_set(e, ERR_INPUT, "'%s': the first line is not "
				 "'%.*s': no row can be added to such a file",
				 path, (int)len, header);
	mem_free(head);
	infile_close(&in);
	return status;
}

int
file_append_check(const char *path, const char *header, struct err *e)
{
	struct standing s;

	return strcmp(path, "-") ? look(path, header, &s, e) : 0;
}

static int
lock(int fd, const char *path, struct err *e)
{
	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return err_errno(e, ERR_OUTPUT, "cannot lock '%s'",
					 path);
	return 0;
}

/* Has the path led elsewhere while the lock was waited for? */
static bool
is_moved(int fd, const char *path)
{
	struct stat has, is;

	return fstat(fd, &has) == 0 && S_ISREG(has.st_mode) &&
	       (stat(path, &is) < 0 || has.st_dev != is.st_dev ||
		has.st_ino != is.st_ino);
}

/* The descriptor, or -1. */
static int
open_locked(const char *path, struct err *e)
{
	int fd;

	for (;;) {
		fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
			  0666);
		if (fd < 0)
			return err_errno(e, ERR_OUTPUT, "cannot open '%s'",
					 path);
		if (lock(fd, path, e) < 0) {
			close(fd);
			return -1;
		}
		if (!is_moved(fd, path))
			return fd;
		close(fd);
	}
}

/* Header or missing newline, then the row, in one write. */
static int
append(int fd, const char *path, const struct standing *s, const char *header,
       const char *row, struct err *e)
{
	const char *before = !s->size ? header : s->unterminated ? "\n" : "";
	size_t before_len = strlen(before), row_len = strlen(row);
	char *text = mem_zalloc(before_len + row_len + 1, 1, e);
	int status;

	if (!text)
		return -1;
	memcpy(text, before, before_len);
	memcpy(text + before_len, row, row_len);
	status = file_write_all(fd, text, before_len + row_len, path, e);
	mem_free(text);
	return status;
}

int
file_append_locked(const char *path, const char *header, const char *row,
		   struct err *e)
{
	struct standing s = {0};
	struct stat st;
	int status = -1, fd;

	if (!strcmp(path, "-"))
		return append(STDOUT_FILENO, "standard output", &s, header,
			      row, e);
	fd = open_locked(path, e);
	if (fd < 0)
		return -1;
	if (look(path, header, &s, e) < 0)
		goto out;
	if (fstat(fd, &st) < 0) {
		err_errno(e, ERR_OUTPUT, "cannot read '%s'", path);
		goto out;
	}
	status = append(fd, path, &s, header, row, e);
	/* a row is whole or absent: a disk that filled up takes it back */
	if (status < 0 && S_ISREG(st.st_mode) && ftruncate(fd, st.st_size) < 0)
		err_errno(e, ERR_OUTPUT, "cannot shorten '%s'", path);
out:
	if (close(fd) < 0 && status == 0)
		status = err_errno(e, ERR_OUTPUT, "cannot close '%s'", path);
	return status;
}
