/*
 * source.c - bytes of a file, pipe or packed stream, in order; see
 * source_int.h.  Used by csv.c.
 */
#include "source_int.h"
#include "unpack_int.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <dltools/file.h>
#include <dltools/mem.h>

#define BOMB_BYTES ((uint64_t)64 << 20)
#define BOMB_RATIO 2000

int
source_read_file(struct source *s, void *bytes, size_t n, size_t *got,
		 struct err *e)
{
	ssize_t r;

	if (s->head_at < s->head_len) {
		*got = s->head_len - s->head_at;
		if (*got > n)
			*got = n;
		memcpy(bytes, s->head + s->head_at, *got);
		s->head_at += *got;
		return 0;
	}
	do
		r = read(s->fd, bytes, n);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return err_errno(e, ERR_INPUT, "cannot read '%s'", s->name);
	*got = (size_t)r;
	s->in += *got;
	if (s->is_zip)
		unpack_keep_tail(s, bytes, *got);
	return 0;
}

static bool
begins(const struct source *s, size_t at, const char *magic, size_t n)
{
	return s->head_len >= at + n && !memcmp(s->head + at, magic, n);
}

static int
read_head(struct source *s, const struct csv_options *o, struct err *e)
{
	size_t enough = o->eager ? 1 : 512, got = 1, len = 0;

	if (o->head_len && o->head_len <= HEAD_BYTES) {
		memcpy(s->head, o->head, o->head_len);
		s->in = len = o->head_len;
	}
	while (got && len < enough) {
		/* head_at = head_len: read_file() goes to the descriptor */
		if (source_read_file(s, s->head + len, HEAD_BYTES - len, &got,
				     e) < 0)
			return -1;
		len += got;
	}
	s->head_len = len;
	s->head_at = 0;
	s->is_zip = begins(s, 0, "PK\3\4", 4) ||
		    begins(s, 0, "PK\5\6", 4);
	if (s->is_zip)
		unpack_keep_tail(s, s->head, len);
	return 0;
}

static enum csv_packing
find_packing(const struct source *s)
{
	if (begins(s, 0, "\x1f\x8b", 2))
		return CSV_PACKING_GZ;
	if (begins(s, 0, "\x28\xb5\x2f\xfd", 4) ||
	    (begins(s, 1, "\x2a\x4d\x18", 3) &&
	     (s->head[0] & 0xf0) == 0x50))
		return CSV_PACKING_ZST;
	if (begins(s, 0, "\xfd" "7zXZ", 5))
		return CSV_PACKING_XZ;
	if (begins(s, 0, "BZh", 3) &&
	    (begins(s, 4, "1AY&SY", 6) ||
	     begins(s, 4, "\x17rE8P\x90", 6)))
		return CSV_PACKING_BZ2;
	if (begins(s, 0, "\x04\x22\x4d\x18", 4))
		return CSV_PACKING_LZ4;
	if (begins(s, 0, "PK\3\4", 4) ||
	    begins(s, 0, "PK\5\6", 4) ||
	    begins(s, 257, "ustar", 5))
		return CSV_PACKING_ARCHIVE;
	return CSV_PACKING_NONE;
}

struct source *
source_open(const char *path, const struct csv_options *o, struct err *e)
{
	struct source *s = mem_zalloc(1, sizeof(*s), e);
	bool is_stdin = !strcmp(path, "-");

	if (!s)
		return NULL;
	s->fd = -1;
	s->latin1 = o->latin1;
	s->member = o->member;
	s->expand_ratio = o->expand_ratio ? o->expand_ratio : BOMB_RATIO;
	s->name = mem_strdup(is_stdin ? "standard input" : path, e);
	if (!s->name || (s->fd = file_open_stream(path, e)) < 0)
		goto fail;
	if (fstat(s->fd, &s->was) < 0 || !S_ISREG(s->was.st_mode))
		s->was.st_size = 0;
	if (read_head(s, o, e) < 0)
		goto fail;
	s->packing = o->packing ? o->packing : find_packing(s);
	if (s->packing == CSV_PACKING_GZ && unpack_is_tar_gz(s))
		s->packing = CSV_PACKING_ARCHIVE;
	if (s->member && (s->packing == CSV_PACKING_NONE ||
			  s->packing == CSV_PACKING_GZ)) {
		err_set(e, ERR_INPUT, "'%s' is no archive (--member)", s->name);
		goto fail;
	}
	if (begins(s, 0, "\x1f\x8b", 2) &&
	    s->packing != CSV_PACKING_NONE && unpack_open_gz(s, e) < 0)
		goto fail;
	if (s->packing != CSV_PACKING_NONE && s->packing != CSV_PACKING_GZ &&
	    unpack_open_archive(s, e) < 0)
		goto fail;
	return s;
fail:
	source_free(s);
	return NULL;
}

/* The first unpacked bytes must not be packed again. */
static int
check_first(struct source *s, const char *bytes, size_t n, struct err *e)
{
	if (!s->began && s->packing != CSV_PACKING_NONE && n >= 4 &&
	    (!memcmp(bytes, "\x1f\x8b\x08", 3) || !memcmp(bytes, "PK\3\4", 4) ||
	     !memcmp(bytes, "\x28\xb5\x2f\xfd", 4)))
		return err_set(e, ERR_INPUT, "'%s' is packed more than once",
			       s->name);
	s->began = true;
	if (s->out > BOMB_BYTES && s->out / s->expand_ratio > s->in)
		return err_set(e, ERR_OUTPUT,
			       "'%s' unpacks to more than %llu times its size "
			       "(--max-expand-ratio)", s->name,
			       (unsigned long long)s->expand_ratio);
	return 0;
}

static int
read_text(struct source *s, char *bytes, size_t n, size_t *got, struct err *e)
{
	int r;

	*got = 0;
	if (s->ended)
		return 0;
	if (s->packing == CSV_PACKING_NONE)
		r = source_read_file(s, bytes, n, got, e);
	else if (s->packing == CSV_PACKING_GZ && !s->gz_open)
		r = err_set(e, ERR_INPUT, "'%s' is no gzip stream", s->name);
	else if (s->packing == CSV_PACKING_GZ)
		r = unpack_gz(s, bytes, n, got, e);
	else
		r = unpack_archive(s, bytes, n, got, e);
	if (r < 0)
		return -1;
	s->out += *got;
	return *got ? check_first(s, bytes, *got, e) : 0;
}

/* ISO 8859-1 to UTF-8: the text stands in the buffer's second half. */
static size_t
widen_latin1(char *bytes, const char *text, size_t n)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x80) {
			bytes[k++] = (char)(0xc0 | c >> 6);
			c = 0x80 | (c & 0x3f);
		}
		bytes[k++] = (char)c;
	}
	return k;
}

int
source_read(struct source *s, char *bytes, size_t n, size_t *got,
	    struct err *e)
{
	static const char mark[] = "\xef\xbb\xbf";
	char *text;

	if (n > (size_t)1 << 30)
		n = (size_t)1 << 30;
	if (!s->latin1)
		return read_text(s, bytes, n, got, e);
	text = bytes + (n - n / 2);
	if (read_text(s, text, n / 2, got, e) < 0)
		return -1;
	if (s->out == *got && *got >= 3 && memcmp(text, mark, 3) == 0) {
		s->latin1 = false; /* whoever wrote it says UTF-8 */
		memmove(bytes, text, *got);
	} else {
		*got = widen_latin1(bytes, text, *got);
	}
	return 0;
}

int
source_check(const struct source *s, struct err *e)
{
	struct stat now;

	if (!s->was.st_size || fstat(s->fd, &now) < 0)
		return 0;
	if (now.st_size == s->was.st_size &&
	    now.st_mtim.tv_sec == s->was.st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == s->was.st_mtim.tv_nsec)
		return 0;
	return err_set(e, ERR_INPUT, "'%s' was changed while it was read",
		       s->name);
}

void
source_free(struct source *s)
{
	if (!s)
		return;
	if (s->archive)
		s->lib.archive_read_free(s->archive);
	archive_lib_close(&s->lib);
	if (s->gz_open)
		inflateEnd(&s->gz);
	if (s->fd > 0)
		close(s->fd);
	mem_free(s->packed);
	mem_free(s->buffer);
	mem_free(s->name);
	mem_free(s);
}

const char *
source_name(const struct source *s)
{
	return s->name;
}

uint64_t
source_packed(const struct source *s)
{
	return s->in;
}

uint64_t
source_size(const struct source *s)
{
	return (uint64_t)s->was.st_size;
}
