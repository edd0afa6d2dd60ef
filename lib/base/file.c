/* file.c - inputs, scratch files and whole reads and writes; see file.h. */
#define _GNU_SOURCE /* O_TMPFILE */
#include <dltools/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dltools/mem.h>

#define COPY_BYTES ((size_t)1 << 20)

int
file_write_all(int fd, const void *bytes, size_t len, const char *what,
	       struct err *e)
{
	const char *p = bytes;
	ssize_t n;

	while (len) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_errno(e, ERR_OUTPUT, "cannot write '%s'",
					 what);
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int
file_read_at(int fd, uint64_t offset, void *bytes, size_t len, size_t *got,
	     const char *what, struct err *e)
{
	char *p = bytes;
	ssize_t n;

	*got = 0;
	while (*got < len) {
		n = pread(fd, p + *got, len - *got, (off_t)(offset + *got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, ERR_INPUT, "cannot read '%s'",
					 what);
		if (n == 0)
			break;
		*got += (size_t)n;
	}
	return 0;
}

/* Is it the system that lacks something, not the input? */
static bool
is_shortage(int code)
{
	return code == EMFILE || code == ENFILE || code == ENOMEM;
}

int
file_open_stream(const char *path, struct err *e)
{
	struct stat st;
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC)
				   : STDIN_FILENO;

	if (fd < 0)
		return err_errno(e, is_shortage(errno) ? ERR_OUTPUT : ERR_INPUT,
				 "cannot open '%s'", path);
	if (fstat(fd, &st) < 0) {
		err_errno(e, ERR_INPUT, "cannot read '%s'", path);
	} else if (S_ISDIR(st.st_mode)) {
		err_set(e, ERR_INPUT, "cannot read '%s': it is a directory",
			path);
	} else {
		return fd;
	}
	if (fd != STDIN_FILENO)
		close(fd);
	return -1;
}

int
file_peek(const char *path, void *bytes, size_t len, struct err *e)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct err ignored;
	struct stat st;
	size_t got;
	int fd;

	if ((is_stdin ? fstat(STDIN_FILENO, &st) : stat(path, &st)) < 0 ||
	    !S_ISREG(st.st_mode) ||
	    (is_stdin && lseek(STDIN_FILENO, 0, SEEK_CUR) != 0))
		return 0;
	fd = file_open_stream(path, e);
	if (fd < 0)
		return e->code == ERR_OUTPUT ? -1 : 0;
	if (file_read_at(fd, 0, bytes, len, &got, path, &ignored) < 0)
		got = 0;
	if (!is_stdin)
		close(fd);
	return got == len;
}

bool
file_is_same(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) &&
		x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

int
file_scratch(struct err *e)
{
	const char *dir = getenv("TMPDIR");
	char name[4096];
	int fd;

	if (!dir || !*dir)
		dir = "/tmp";
#ifdef O_TMPFILE
	fd = open(dir, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
#endif
	if ((size_t)snprintf(name, sizeof(name), "%s/dltools-XXXXXX", dir) >=
	    sizeof(name))
		return err_set(e, ERR_OUTPUT, "TMPDIR '%.80s...' is too long",
			       dir);
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, ERR_OUTPUT,
				 "cannot make a scratch file in '%s'", dir);
	unlink(name);
	return fd;
}

/* Copies what is left of a stream to fd; *size is the number of bytes. */
static int
spool(int from, int to, const char *path, uint64_t *size, struct err *e)
{
	char *buf = mem_zalloc(COPY_BYTES, 1, e);
	ssize_t n;
	int status = -1;

	if (!buf)
		return -1;
	for (*size = 0;; *size += (uint64_t)n) {
		n = read(from, buf, COPY_BYTES);
		if (n < 0 && errno == EINTR) {
			n = 0;
			continue;
		}
		if (n < 0) {
			err_errno(e, ERR_INPUT, "cannot read '%s'", path);
			break;
		}
		if (n == 0) {
			status = 0;
			break;
		}
		if (file_write_all(to, buf, (size_t)n, "scratch file", e) < 0)
			break;
	}
	mem_free(buf);
	return status;
}

int
infile_open(struct infile *in, const char *path, struct err *e)
{
	struct stat st;
	int scratch;

	memset(in, 0, sizeof(*in));
	in->fd = file_open_stream(path, e);
	if (in->fd < 0)
		return -1;
	in->open = true;
	in->path = mem_strdup(strcmp(path, "-") ? path : "standard input", e);
	if (!in->path)
		goto fail;
	if (fstat(in->fd, &st) < 0) {
		err_errno(e, ERR_INPUT, "cannot read '%s'", in->path);
		goto fail;
	}
	/* a redirected file counts as seekable only from its beginning */
	if (S_ISREG(st.st_mode) &&
	    (strcmp(path, "-") || lseek(in->fd, 0, SEEK_CUR) == 0)) {
		in->size = (uint64_t)st.st_size;
		return 0;
	}
	scratch = file_scratch(e);
	if (scratch < 0)
		goto fail;
	if (spool(in->fd, scratch, in->path, &in->size, e) < 0) {
		close(scratch);
		goto fail;
	}
	if (in->fd != STDIN_FILENO)
		close(in->fd);
	in->fd = scratch;
	return 0;
fail:
	infile_close(in);
	return -1;
}

int
infile_read(const struct infile *in, uint64_t offset, void *bytes, size_t len,
	    struct err *e)
{
	size_t got;

	if (file_read_at(in->fd, offset, bytes, len, &got, in->path, e) < 0)
		return -1;
	if (got < len)
		return err_set(e, ERR_INPUT,
			       "'%s' is cut off: %zu bytes at offset %llu, "
			       "%zu expected", in->path, got,
			       (unsigned long long)offset, len);
	return 0;
}

void
infile_close(struct infile *in)
{
	if (!in)
		return;
	if (in->open && in->fd != STDIN_FILENO)
		close(in->fd);
	mem_free(in->path);
	memset(in, 0, sizeof(*in));
}

char *
file_slurp(const char *path, size_t max, size_t *len, struct err *e)
{
	int fd = file_open_stream(path, e);
	char *buf = NULL;
	size_t room = 0;
	ssize_t n = 0;

	if (fd < 0)
		return NULL;
	for (*len = 0;; *len += n > 0 ? (size_t)n : 0) {
		if (mem_grow(&buf, &room, *len + 4096, 1, e) < 0)
			goto fail;
		n = read(fd, buf + *len, room - *len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err_errno(e, ERR_INPUT, "cannot read '%s'", path);
			goto fail;
		}
		if (n == 0)
			break;
		if (*len + (size_t)n > max) {
			err_set(e, ERR_INPUT, "'%s' is longer than %zu bytes",
				path, max);
			goto fail;
		}
	}
	buf[*len] = '\0';
	if (fd != STDIN_FILENO)
		close(fd);
	return buf;
fail:
	if (fd != STDIN_FILENO)
		close(fd);
	mem_free(buf);
	return NULL;
}
