/*
 * history_file.c - the history as a file that grows with the run: whole rows,
 * one write each, so that a reader sees no half of one.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dltools/file.h"
#include "dltools/mem.h"
#include "model/history_int.h"

/*
 * Whoever writes the file holds a lock on it, which ends with the process
 * however that ends: so readers know whether more may come, and two runs do not
 * mix their rows.  A file system without locks is none the worse; pipes and
 * devices are for all.
 */
static int
take(int fd, const char *path, struct err *e)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	if (fcntl(fd, F_SETLK, &l) < 0 && (errno == EACCES || errno == EAGAIN))
		return err_set(e, ERR_GATE, "'%s': another run writes this "
			       "history", path);
	if (ftruncate(fd, 0) < 0)
		return err_errno(e, ERR_OUTPUT, "cannot write '%s'", path);
	return 0;
}

bool
history_is_growing(const char *path)
{
	struct flock l = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool held;

	if (fd < 0)
		return false;
	held = fcntl(fd, F_GETLK, &l) == 0 && l.l_type == F_WRLCK;
	close(fd);
	return held;
}

static int
open_file(struct history_file *f, struct err *e)
{
	if (strcmp(f->path, "-") == 0) {
		f->fd = STDOUT_FILENO;
		f->open = true;
		return 0;
	}
	f->fd = open(f->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (f->fd < 0)
		return err_errno(e, ERR_OUTPUT, "cannot create '%s'", f->path);
	if (take(f->fd, f->path, e) < 0) {
		close(f->fd);
		return -1;
	}
	f->open = true;
	return 0;
}

/* Rows of this fold that are written already. */
static size_t *
written(struct history_file *f, const struct history *h, struct err *e)
{
	size_t fold = h->n ? (size_t)h->row[h->n - 1].fold : 0;
	size_t had = f->folds;

	if (mem_grow(&f->rows, &f->folds, fold + 1, sizeof(*f->rows), e) < 0)
		return NULL;
	for (; had < f->folds; had++)
		f->rows[had] = 0;
	return &f->rows[fold];
}

int
history_file_add(struct history_file *f, const struct history_layout *l,
		 const struct history *h, struct err *e)
{
	enum history_format format = history_format_of(f->path);
	size_t *rows = written(f, h, e);
	struct str s = STR_INIT;
	int rc = -1;

	if (!rows)
		return -1;
	if (!f->open) {
		if (open_file(f, e) < 0)
			return -1;
		history_header(l, format, &s);
	}
	for (; *rows < h->n; (*rows)++)
		history_line(l, format, h, *rows, &s);
	if (str_check(&s, e) == 0)
		rc = file_write_all(f->fd, s.buf, s.len, f->path, e);
	str_release(&s);
	return rc;
}

int
history_file_close(struct history_file *f, struct err *e)
{
	bool open = f->open;

	f->open = false;
	mem_free(f->rows);
	f->rows = NULL;
	f->folds = 0;
	if (open && f->fd != STDOUT_FILENO && close(f->fd) < 0)
		return err_errno(e, ERR_OUTPUT, "cannot write '%s'", f->path);
	return 0;
}
