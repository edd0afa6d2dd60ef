/*
 * source.c - bytes of a file, pipe or packed stream, in order; see
 * source_int.h.  Packed streams are unpacked in memory by libarchive, member
 * names are only compared, never opened.  Used by csv.c.
 */
#include "source_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <dltools/file.h>
#include <dltools/mem.h>

#define HEAD_BYTES 4096
#define PACKED_BYTES (128 << 10)
#define BOMB_BYTES ((uint64_t)64 << 20)
#define BOMB_RATIO 2000

struct source {
	char *name;
	int fd;
	bool latin1;
	uint64_t expand_ratio;
	const char *member;
	enum csv_packing packing;
	struct stat was;
	unsigned char head[HEAD_BYTES]; /* first bytes of the file */
	size_t head_len, head_at;
	uint64_t in, out;
	unsigned char *packed;
	struct archive *archive;
	z_stream gz;
	bool gz_open, gz_inside, gz_whole; /* _whole: a member was */
	bool ended, began;
};

static int
read_file(struct source *s, void *bytes, size_t n, size_t *got, struct err *e)
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
	return 0;
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
		if (read_file(s, s->head + len, HEAD_BYTES - len, &got, e) < 0)
			return -1;
		len += got;
	}
	s->head_len = len;
	s->head_at = 0;
	return 0;
}

static bool
begins(const struct source *s, size_t at, const char *magic, size_t n)
{
	return s->head_len >= at + n && !memcmp(s->head + at, magic, n);
}

static enum csv_packing
find_packing(const struct source *s)
{
	if (begins(s, 0, "\x1f\x8b", 2))
		return CSV_PACKING_GZ;
	if (begins(s, 0, "\x28\xb5\x2f\xfd", 4) ||
	    (begins(s, 1, "\x2a\x4d\x18", 3) && (s->head[0] & 0xf0) == 0x50))
		return CSV_PACKING_ZST;
	if (begins(s, 0, "\xfd" "7zXZ", 5))
		return CSV_PACKING_XZ;
	if (begins(s, 0, "BZh", 3) &&
	    (begins(s, 4, "1AY&SY", 6) || begins(s, 4, "\x17rE8P\x90", 6)))
		return CSV_PACKING_BZ2;
	if (begins(s, 0, "\x04\x22\x4d\x18", 4))
		return CSV_PACKING_LZ4;
	if (begins(s, 0, "PK\3\4", 4) || begins(s, 0, "PK\5\6", 4) ||
	    begins(s, 257, "ustar", 5))
		return CSV_PACKING_ARCHIVE;
	return CSV_PACKING_NONE;
}

static ssize_t
archive_bytes(struct archive *a, void *arg, const void **bytes)
{
	struct source *s = arg;
	struct err e = {0};
	size_t got;

	if (read_file(s, s->packed, PACKED_BYTES, &got, &e) < 0) {
		archive_set_error(a, errno ? errno : EIO, "%s", e.msg);
		return -1;
	}
	*bytes = s->packed;
	return (ssize_t)got;
}

static int
bad_archive(const struct source *s, struct err *e)
{
	const char *why = archive_error_string(s->archive);

	return err_set(e, ERR_INPUT,
		       "cannot unpack '%s': %s: is the file cut off or "
		       "damaged?", s->name, why ? why : "no end mark");
}

/* Goes to the wanted member, or to the only one. */
static int
find_member(struct source *s, struct err *e)
{
	struct archive_entry *entry;
	const char *name;
	int r;

	while ((r = archive_read_next_header(s->archive, &entry)) ==
	       ARCHIVE_OK || r == ARCHIVE_WARN) {
		if (archive_filter_count(s->archive) > 2)
			return err_set(e, ERR_INPUT,
				       "'%s' is packed more than once",
				       s->name);
		name = archive_entry_pathname(entry);
		if (archive_entry_filetype(entry) != AE_IFREG &&
		    archive_format(s->archive) != ARCHIVE_FORMAT_RAW)
			continue;
		if (archive_entry_is_encrypted(entry))
			return err_set(e, ERR_INPUT, "'%s' is encrypted",
				       s->name);
		if (!s->member || (name && !strcmp(name, s->member)))
			return 0;
	}
	if (r != ARCHIVE_EOF)
		return bad_archive(s, e);
	return err_set(e, ERR_INPUT, "no %s%s%s in '%s'",
		       s->member ? "member '" : "file",
		       s->member ? s->member : "", s->member ? "'" : "",
		       s->name);
}

/* After the member's last byte: the rest of the archive must hold no other. */
static int
check_rest(struct source *s, struct err *e)
{
	struct archive_entry *entry;
	int r;

	while (!s->member &&
	       (r = archive_read_next_header(s->archive, &entry)) !=
	       ARCHIVE_EOF) {
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return bad_archive(s, e);
		if (archive_entry_filetype(entry) == AE_IFREG)
			return err_set(e, ERR_INPUT,
				       "'%s' holds more than one file: name "
				       "one with --member", s->name);
	}
	return 0;
}

static int
check_filter(struct source *s, struct err *e)
{
	static const int filter[] = {
		[CSV_PACKING_ZST] = ARCHIVE_FILTER_ZSTD,
		[CSV_PACKING_XZ] = ARCHIVE_FILTER_XZ,
		[CSV_PACKING_BZ2] = ARCHIVE_FILTER_BZIP2,
		[CSV_PACKING_LZ4] = ARCHIVE_FILTER_LZ4,
		[CSV_PACKING_ARCHIVE] = 0,
	};
	bool raw = archive_format(s->archive) == ARCHIVE_FORMAT_RAW;

	if (s->packing == CSV_PACKING_ARCHIVE ? raw :
	    archive_filter_code(s->archive, 0) != filter[s->packing])
		return err_set(e, ERR_INPUT,
			       "cannot unpack '%s': not of the kind asked "
			       "for, cut off or damaged", s->name);
	return 0;
}

static int
open_archive(struct source *s, struct err *e)
{
	struct archive *a = archive_read_new();

	s->archive = a;
	s->packed = mem_zalloc(PACKED_BYTES, 1, e);
	if (!s->packed)
		return -1;
	if (!a)
		return err_nomem(e, "unpacking");
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_lz4(a);
	archive_read_support_format_tar(a);
	archive_read_support_format_zip_streamable(a);
	archive_read_support_format_raw(a);
	if (archive_read_open(a, s, NULL, archive_bytes, NULL) != ARCHIVE_OK)
		return bad_archive(s, e);
	if (find_member(s, e) < 0)
		return -1;
	return check_filter(s, e);
}

static int
open_gz(struct source *s, struct err *e)
{
	s->packed = mem_zalloc(PACKED_BYTES, 1, e);
	if (!s->packed)
		return -1;
	if (inflateInit2(&s->gz, 16 + MAX_WBITS) != Z_OK)
		return err_nomem(e, "unpacking");
	s->gz_open = true;
	return 0;
}

/* Is the unpacked text of a .gz a tar?  Then libarchive must read it. */
static bool
is_tar_gz(const struct source *s)
{
	unsigned char text[512];
	z_stream z = {0};
	bool tar;

	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
		return false;
	z.next_in = (unsigned char *)(uintptr_t)s->head;
	z.avail_in = (unsigned)s->head_len;
	z.next_out = text;
	z.avail_out = sizeof(text);
	inflate(&z, Z_SYNC_FLUSH);
	tar = z.avail_out == 0 && !memcmp(text + 257, "ustar", 5);
	inflateEnd(&z);
	return tar;
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
	if (s->packing == CSV_PACKING_GZ && is_tar_gz(s))
		s->packing = CSV_PACKING_ARCHIVE;
	if (s->packing == CSV_PACKING_GZ ? open_gz(s, e) < 0 :
	    s->packing != CSV_PACKING_NONE && open_archive(s, e) < 0)
		goto fail;
	return s;
fail:
	source_free(s);
	return NULL;
}

static int
bad_gz(const struct source *s, const char *why, struct err *e)
{
	return err_set(e, ERR_INPUT, "cannot unpack '%s': %s", s->name, why);
}

/* One step of inflate; concatenated members follow each other. */
static int
step_gz(struct source *s, struct err *e)
{
	size_t got;
	int r;

	if (!s->gz.avail_in) {
		if (read_file(s, s->packed, PACKED_BYTES, &got, e) < 0)
			return -1;
		if (!got && (s->gz_inside || !s->gz_whole))
			return bad_gz(s, "the gzip stream is cut off", e);
		s->ended = !got;
		s->gz.next_in = s->packed;
		s->gz.avail_in = (unsigned)got;
		if (s->ended)
			return 0;
	}
	s->gz_inside = true;
	r = inflate(&s->gz, Z_NO_FLUSH);
	if (r == Z_STREAM_END) {
		s->gz_inside = false;
		s->gz_whole = true;
		r = inflateReset(&s->gz);
	}
	if (r == Z_MEM_ERROR)
		return err_nomem(e, "unpacking");
	if (r != Z_OK && r != Z_BUF_ERROR)
		return bad_gz(s, s->gz.msg ? s->gz.msg : "damaged gzip stream",
			      e);
	return 0;
}

static int
read_gz(struct source *s, void *bytes, size_t n, size_t *got, struct err *e)
{
	s->gz.next_out = bytes;
	s->gz.avail_out = (unsigned)n;
	*got = 0;
	while (!*got && !s->ended) {
		if (step_gz(s, e) < 0)
			return -1;
		*got = n - s->gz.avail_out;
	}
	return 0;
}

static int
read_archive(struct source *s, void *bytes, size_t n, size_t *got,
	     struct err *e)
{
	la_ssize_t r = archive_read_data(s->archive, bytes, n);

	if (r < 0)
		return bad_archive(s, e);
	*got = (size_t)r;
	if (!r) {
		s->ended = true;
		return check_rest(s, e);
	}
	return 0;
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
		r = read_file(s, bytes, n, got, e);
	else if (s->packing == CSV_PACKING_GZ)
		r = read_gz(s, bytes, n, got, e);
	else
		r = read_archive(s, bytes, n, got, e);
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
	size_t half = n / 2;

	if (n > (size_t)1 << 30)
		n = (size_t)1 << 30;
	if (!s->latin1)
		return read_text(s, bytes, n, got, e);
	if (read_text(s, bytes + (n - half), half, got, e) < 0)
		return -1;
	*got = widen_latin1(bytes, bytes + (n - half), *got);
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
		archive_read_free(s->archive);
	if (s->gz_open)
		inflateEnd(&s->gz);
	if (s->fd > 0)
		close(s->fd);
	mem_free(s->packed);
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
