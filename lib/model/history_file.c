/*
 * history_file.c - the history as a file that grows with the run: whole rows,
 * one write each, so that a reader sees no half of one.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "dltools/file.h"
#include "model/history_int.h"

static int
open_file(struct history_file *f, struct err *e)
{
	if (strcmp(f->path, "-") == 0) {
		f->fd = STDOUT_FILENO;
		f->open = true;
		return 0;
	}
	f->fd = open(f->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (f->fd < 0)
		return err_errno(e, ERR_OUTPUT, "cannot create '%s'", f->path);
	f->open = true;
	return 0;
}

int
history_file_add(struct history_file *f, const struct history_layout *l,
		 const struct history *h, struct err *e)
{
	enum history_format format = history_format_of(f->path);
	struct str s = STR_INIT;
	int rc = -1;

	if (!f->open) {
		if (open_file(f, e) < 0)
			return -1;
		history_header(l, format, &s);
	}
	for (; f->rows < h->n; f->rows++)
		history_line(l, format, &h->row[f->rows], &s);
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
	if (open && f->fd != STDOUT_FILENO && close(f->fd) < 0)
		return err_errno(e, ERR_OUTPUT, "cannot write '%s'", f->path);
	return 0;
}
