/* unpack.c - packed streams in memory; see unpack_int.h. */
#include "unpack_int.h"

#include <errno.h>
#include <string.h>

#include <zstd_errors.h>

#include <dltools/mem.h>

/* ---- gzip ----------------------------------------------------------- */

int
unpack_open_gz(struct source *s, struct err *e)
{
	s->packed = mem_zalloc(PACKED_BYTES, 1, e);
	if (!s->packed)
		return -1;
	if (inflateInit2(&s->gz, 16 + MAX_WBITS) != Z_OK)
		return err_nomem(e, "unpacking");
	s->gz_open = true;
	return 0;
}

bool
unpack_is_tar_gz(const struct source *s)
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

static const char trailing[] = "bytes after the end of the packed stream";

static int
bad_gz(const struct source *s, const char *why, struct err *e)
{
	/* not even the two magic bytes of a further member */
	if (s->gz_whole && s->gz.total_in <= 2)
		why = trailing;
	return err_set(e, ERR_INPUT, "cannot unpack '%s': %s", s->name, why);
}

/* One step of inflate; concatenated members follow each other. */
static int
step_gz(struct source *s, struct err *e)
{
	size_t got;
	int r;

	if (!s->gz.avail_in) {
		if (source_read_file(s, s->packed, PACKED_BYTES, &got, e) < 0)
			return -1;
		if (!got && (s->gz_inside || !s->gz_whole))
			return bad_gz(s, "the gzip stream is cut off", e);
		s->gz_ended = !got;
		s->gz.next_in = s->packed;
		s->gz.avail_in = (unsigned)got;
		if (s->gz_ended)
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

int
unpack_gz(struct source *s, void *bytes, size_t n, size_t *got,
	  struct err *e)
{
	s->gz.next_out = bytes;
	s->gz.avail_out = (unsigned)n;
	*got = 0;
	while (!*got && !s->gz_ended) {
		if (step_gz(s, e) < 0)
			return -1;
		*got = n - s->gz.avail_out;
	}
	return 0;
}

/* ---- the others ----------------------------------------------------- */

/* What libarchive reads: the file, or, of a .tar.gz, what zlib makes of it. */
static ssize_t
archive_bytes(struct archive *a, void *arg, const void **bytes)
{
	struct source *s = arg;
	struct err e = {0};
	size_t got;

	if ((s->gz_open ? unpack_gz(s, s->buffer, PACKED_BYTES, &got, &e) :
	     source_read_file(s, s->buffer, PACKED_BYTES, &got, &e)) < 0) {
		s->lib.archive_set_error(a, EIO, "%s", e.msg);
		return -1;
	}
	*bytes = s->buffer;
	return (ssize_t)got;
}

static int
bad_archive(const struct source *s, struct err *e)
{
	const char *why = s->lib.archive_error_string(s->archive);

	/* of zstd's errors it hands on the words, not the code */
	if (s->lib.archive_errno(s->archive) == ENOMEM ||
	    (why && strstr(why, ZSTD_getErrorString(
		     ZSTD_error_memory_allocation))))
		return err_nomem(e, "unpacking");
	why = why ? why : "no end mark";
	return err_set(e, ERR_INPUT,
		       "cannot unpack '%s': %.*s: is the file cut off or "
		       "damaged?", s->name, (int)strcspn(why, "\r\n"), why);
}

/* Goes to the wanted member, or to the only one. */
static int
find_member(struct source *s, struct err *e)
{
	struct archive_entry *entry;
	const char *name;
	int r;

	while ((r = s->lib.archive_read_next_header(s->archive, &entry)) ==
	       ARCHIVE_OK || r == ARCHIVE_WARN) {
		if (s->lib.archive_filter_count(s->archive) > 2)
			return err_set(e, ERR_INPUT,
				       "'%s' is packed more than once",
				       s->name);
		name = s->lib.archive_entry_pathname(entry);
		if (s->lib.archive_entry_filetype(entry) != AE_IFREG &&
		    s->lib.archive_format(s->archive) != ARCHIVE_FORMAT_RAW)
			continue;
		if (s->lib.archive_entry_is_encrypted(entry))
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

void
unpack_keep_tail(struct source *s, const unsigned char *bytes, size_t n)
{
	size_t keep = UNPACK_TAIL - n;

	if (n >= UNPACK_TAIL) {
		memcpy(s->tail, bytes + n - UNPACK_TAIL, UNPACK_TAIL);
		s->tail_len = UNPACK_TAIL;
		return;
	}
	if (keep > s->tail_len)
		keep = s->tail_len;
	memmove(s->tail, s->tail + s->tail_len - keep, keep);
	memcpy(s->tail + keep, bytes, n);
	s->tail_len = keep + n;
}

/* The last record of a zip: 22 bytes and a comment of known length. */
static int
check_zip_end(const struct source *s, struct err *e)
{
	const char *why = "the end of the zip is cut off";
	const unsigned char *p;
	size_t i, end;

	for (i = 0; i + 22 <= s->tail_len; i++) {
		p = s->tail + i;
		if (memcmp(p, "PK\5\6", 4) != 0)
			continue;
		end = i + 22 + (p[20] | (size_t)p[21] << 8);
		if (end == s->tail_len)
			return 0;
		if (end < s->tail_len)
			why = trailing;
	}
	return err_set(e, ERR_INPUT, "cannot unpack '%s': %s", s->name, why);
}

/* The file to its end: sums and end marks that libarchive has no need of. */
static int
drain(struct source *s, struct err *e)
{
	size_t got;

	do {
		if ((s->gz_open ?
		     unpack_gz(s, s->buffer, PACKED_BYTES, &got, e) :
		     source_read_file(s, s->buffer, PACKED_BYTES, &got, e)) < 0)
			return -1;
	} while (got);
	/* these two stop quietly at what is no stream of theirs */
	if ((s->packing == CSV_PACKING_BZ2 || s->packing == CSV_PACKING_LZ4) &&
	    s->lib.archive_format(s->archive) == ARCHIVE_FORMAT_RAW &&
	    (uint64_t)s->lib.archive_filter_bytes(s->archive, -1) < s->in)
		return err_set(e, ERR_INPUT, "cannot unpack '%s': %s", s->name,
			       trailing);
	return s->is_zip ? check_zip_end(s, e) : 0;
}

/* After the member's last byte: the rest of the archive must hold no other. */
static int
check_rest(struct source *s, struct err *e)
{
	struct archive_entry *entry;
	int r;

	while (!s->member &&
	       (r = s->lib.archive_read_next_header(s->archive, &entry)) !=
	       ARCHIVE_EOF) {
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return bad_archive(s, e);
		if (s->lib.archive_entry_filetype(entry) == AE_IFREG)
			return err_set(e, ERR_INPUT,
				       "'%s' holds more than one file: name "
				       "one with --member", s->name);
	}
	return drain(s, e);
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
	bool raw = s->lib.archive_format(s->archive) == ARCHIVE_FORMAT_RAW;

	if (s->packing == CSV_PACKING_ARCHIVE ? raw :
	    s->lib.archive_filter_code(s->archive, 0) != filter[s->packing])
		return err_set(e, ERR_INPUT,
			       "cannot unpack '%s': not of the kind asked "
			       "for, cut off or damaged", s->name);
	return 0;
}

int
unpack_open_archive(struct source *s, struct err *e)
{
	struct archive *a;

	if (archive_lib_open(&s->lib, e) < 0)
		return -1;
	s->archive = a = s->lib.archive_read_new();
	s->buffer = mem_zalloc(PACKED_BYTES, 1, e);
	if (!s->buffer)
		return -1;
	if (!a)
		return err_nomem(e, "unpacking");
	s->lib.archive_read_support_filter_zstd(a);
	s->lib.archive_read_support_filter_xz(a);
	s->lib.archive_read_support_filter_bzip2(a);
	s->lib.archive_read_support_filter_lz4(a);
	s->lib.archive_read_support_format_tar(a);
	s->lib.archive_read_support_format_zip_streamable(a);
	s->lib.archive_read_support_format_raw(a);
	if (s->lib.archive_read_open(a, s, NULL, archive_bytes, NULL) !=
	    ARCHIVE_OK)
		return bad_archive(s, e);
	if (find_member(s, e) < 0)
		return -1;
	return check_filter(s, e);
}

int
unpack_archive(struct source *s, void *bytes, size_t n, size_t *got,
	       struct err *e)
{
	la_ssize_t r = s->lib.archive_read_data(s->archive, bytes, n);

	if (r < 0)
		return bad_archive(s, e);
	*got = (size_t)r;
	if (!r) {
		s->ended = true;
		return check_rest(s, e);
	}
	return 0;
}
