/*
 * outfile.c - files that appear whole or not at all; see file.h.
 *
 * The table of temporary names is a mutable global: a signal handler has no
 * other way to find what must be unlinked.  A slot is published with a release
 * store after its name is complete and withdrawn before the name changes
 * meaning.
 */
#define _GNU_SOURCE /* mkostemp, realpath */
#include <dltools/file.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dltools/mem.h>

#define BUFFER_BYTES ((size_t)256 << 10)
#define SLOTS 256 /* more than a program writes at once */

static struct {
	atomic_int state; /* 0 free, 1 being set, 2 valid */
	char name[PATH_MAX];
} temporaries[SLOTS];

void
file_remove_temporaries(void)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		if (atomic_load(&temporaries[i].state) == 2)
			(void)unlink(temporaries[i].name);
}

static int
slot_take(const char *name)
{
	int i, expected;

	for (i = 0; i < SLOTS; i++) {
		expected = 0;
		if (!atomic_compare_exchange_strong(&temporaries[i].state,
						    &expected, 1))
			continue;
		(void)snprintf(temporaries[i].name, PATH_MAX, "%s", name);
		atomic_store(&temporaries[i].state, 2);
		return i;
	}
	return -1; /* still removed on every path but a signal */
}

static void
slot_drop(int slot)
{
	if (slot >= 0)
		atomic_store(&temporaries[slot].state, 0);
}

/* The file behind symbolic links, also where it does not exist yet. */
static char *
resolve(const char *path, struct err *e)
{
	char link[PATH_MAX], *full, *slash, *dir;
	char *name = mem_strdup(path, e);
	size_t room;
	ssize_t n;
	int depth;

	for (depth = 0; name && depth < 40; depth++) {
		n = readlink(name, link, sizeof(link) - 1);
		if (n < 0)
			return name;
		link[n] = '\0';
		slash = strrchr(name, '/');
		if (link[0] == '/' || !slash) {
			full = mem_strdup(link, e);
		} else {
			dir = name;
			*slash = '\0';
			room = strlen(dir) + (size_t)n + 2;
			full = mem_zalloc(room, 1, e);
			if (full)
				snprintf(full, room, "%s/%s", dir, link);
		}
		mem_free(name);
		name = full;
	}
	if (name)
		err_set(e, ERR_OUTPUT,
			"cannot write '%s': too many symbolic links", path);
	mem_free(name);
	return NULL;
}

/* Directory part of a path, "." if none; caller frees. */
static char *
directory_of(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_strdup(".", e);
	return mem_memdup(path, slash == path ? 1 : (size_t)(slash - path), e);
}

/* The descriptor that a path names, or -1. */
static int
descriptor_of(const char *path)
{
	static const char *const folder[] = {"/dev/fd/", "/proc/self/fd/"};
	const char *digits;
	size_t i;

	if (!strcmp(path, "-") || !strcmp(path, "/dev/stdout"))
		return STDOUT_FILENO;
	if (!strcmp(path, "/dev/stderr"))
		return STDERR_FILENO;
	for (i = 0; i < sizeof(folder) / sizeof(*folder); i++) {
		if (strncmp(path, folder[i], strlen(folder[i])) != 0)
			continue;
		digits = path + strlen(folder[i]);
		if (*digits && strlen(digits) < 10 &&
		    !digits[strspn(digits, "0123456789")])
			return (int)strtol(digits, NULL, 10);
	}
	return -1;
}

/* A descriptor is written from where it stands, as by its other owners. */
static int
open_in_place(struct outfile *out, const char *path, struct err *e)
{
	int fd = descriptor_of(path);

	out->fd = fd < 0 ? open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
			 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (out->fd < 0)
		return err_errno(e, ERR_OUTPUT, "cannot write '%s'", out->path);
	return 0;
}

static int
open_temporary(struct outfile *out, const struct stat *old, struct err *e)
{
	const char *slash = strrchr(out->target, '/');
	size_t dir = slash ? (size_t)(slash - out->target) + 1 : 0;
	size_t len = strlen(out->target) + 16;
	sigset_t all, before;
	mode_t mask;

	out->temporary = mem_zalloc(len, 1, e);
	if (!out->temporary)
		return -1;
	(void)snprintf(out->temporary, len, "%.*s.dltools-XXXXXX", (int)dir,
		       out->target);
	/* no signal between the file's birth and its name in the table */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	out->fd = mkostemp(out->temporary, O_CLOEXEC);
	if (out->fd >= 0)
		out->slot = slot_take(out->temporary);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (out->fd < 0) {
		err_errno(e, ERR_OUTPUT, "cannot write '%s'", out->path);
		mem_free(out->temporary);
		out->temporary = NULL;
		return -1;
	}
	mask = umask(0);
	umask(mask);
	if (fchmod(out->fd, old ? old->st_mode & 07777 : 0666 & ~mask) < 0)
		return err_errno(e, ERR_OUTPUT, "cannot write '%s'", out->path);
	return 0;
}

/* Names of descriptors: no path one may create files beside. */
static bool
names_descriptor(const char *path)
{
	return !strcmp(path, "-") || !strcmp(path, "/dev/stdout") ||
	       !strcmp(path, "/dev/stderr") || !strncmp(path, "/dev/fd/", 8) ||
	       !strncmp(path, "/proc/", 6);
}

/* What exists and is no regular file is written in place too. */
int
outfile_open(struct outfile *out, const char *path, struct err *e)
{
	struct stat st;
	bool exists, in_place;
	int status;

	memset(out, 0, sizeof(*out));
	out->fd = -1;
	out->slot = -1;
	out->open = true;
	exists = strcmp(path, "-") && stat(path, &st) == 0;
	in_place = names_descriptor(path) || (exists && !S_ISREG(st.st_mode));
	if (exists && S_ISDIR(st.st_mode)) {
		err_set(e, ERR_OUTPUT, "cannot write '%s': it is a directory",
			path);
		goto fail;
	}
	out->path = mem_strdup(strcmp(path, "-") ? path : "standard output", e);
	out->target = in_place ? mem_strdup(path, e) : resolve(path, e);
	out->buf = mem_zalloc(BUFFER_BYTES, 1, e);
	if (!out->path || !out->target || !out->buf)
		goto fail;
	status = in_place ? open_in_place(out, path, e)
			  : open_temporary(out, exists ? &st : NULL, e);
	if (status < 0)
		goto fail;
	return 0;
fail:
	outfile_discard(out);
	return -1;
}

static int
flush(struct outfile *out, struct err *e)
{
	size_t n = out->used;

	out->used = 0;
	return file_write_all(out->fd, out->buf, n, out->path, e);
}

int
outfile_write(struct outfile *out, const void *bytes, size_t len, struct err *e)
{
	out->written += len;
	if (len > BUFFER_BYTES - out->used) {
		if (flush(out, e) < 0)
			return -1;
		if (len >= BUFFER_BYTES)
			return file_write_all(out->fd, bytes, len, out->path,
					      e);
	}
	if (len)
		memcpy(out->buf + out->used, bytes, len);
	out->used += len;
	return 0;
}

int
outfile_flush(struct outfile *out, struct err *e)
{
	return flush(out, e);
}

/* Makes the rename itself survive a power failure. */
static int
sync_directory(const struct outfile *out, struct err *e)
{
	char *dir = directory_of(out->target, e);
	int fd, status = 0;

	if (!dir)
		return -1;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* a directory one may write but not read cannot be synced */
	if (fd >= 0 && fsync(fd) < 0 && errno != EINVAL && errno != EROFS)
		status = err_errno(e, ERR_OUTPUT, "cannot sync '%s'", dir);
	if (fd >= 0)
		close(fd);
	mem_free(dir);
	return status;
}

int
outfile_commit(struct outfile *out, struct err *e)
{
	int fd, status;

	if (flush(out, e) < 0)
		goto fail;
	if (out->temporary && fsync(out->fd) < 0) {
		err_errno(e, ERR_OUTPUT, "cannot sync '%s'", out->path);
		goto fail;
	}
	fd = out->fd;
	out->fd = -1;
	if (close(fd) < 0) {
		err_errno(e, ERR_OUTPUT, "cannot close '%s'", out->path);
		goto fail;
	}
	if (out->temporary) {
		if (rename(out->temporary, out->target) < 0) {
			err_errno(e, ERR_OUTPUT, "cannot write '%s'",
				  out->path);
			goto fail;
		}
		slot_drop(out->slot);
		out->slot = -1;
		mem_free(out->temporary);
		out->temporary = NULL;
		status = sync_directory(out, e);
		outfile_discard(out);
		return status;
	}
	outfile_discard(out);
	return 0;
fail:
	outfile_discard(out);
	return -1;
}

void
outfile_discard(struct outfile *out)
{
	if (!out || !out->open)
		return;
	if (out->fd >= 0)
		close(out->fd);
	if (out->temporary) {
		(void)unlink(out->temporary);
		slot_drop(out->slot);
	}
	mem_free(out->temporary);
	mem_free(out->path);
	mem_free(out->target);
	mem_free(out->buf);
	memset(out, 0, sizeof(*out));
	out->fd = -1;
	out->slot = -1;
}
