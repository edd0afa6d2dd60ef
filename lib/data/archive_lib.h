/*
 * archive_lib.h - libarchive, loaded when the first packed file is opened.
 *
 * It brings a dozen libraries with it, whose loading takes 2 ms: more than all
 * else that a program does before it reads its first byte.  So programs are not
 * linked to it (make ARCHIVE=link links them), and a table holds what is used:
 *
 *	struct archive_lib lib = { 0 };
 *
 *	if (archive_lib_open(&lib, &e) < 0) ...
 *	a = lib.archive_read_new();
 *	archive_lib_close(&lib);	also if it was never opened
 */
#ifndef DATA_ARCHIVE_LIB_H
#define DATA_ARCHIVE_LIB_H

#include <archive.h>
#include <archive_entry.h>

#include <dltools/err.h>

/* X(return type, name, (arguments)) */
#define ARCHIVE_LIST(X) \
	X(struct archive *, archive_read_new, (void)) \
	X(int, archive_read_free, (struct archive *)) \
	X(int, archive_read_support_filter_zstd, (struct archive *)) \
	X(int, archive_read_support_filter_xz, (struct archive *)) \
	X(int, archive_read_support_filter_bzip2, (struct archive *)) \
	X(int, archive_read_support_filter_lz4, (struct archive *)) \
	X(int, archive_read_support_format_tar, (struct archive *)) \
	X(int, archive_read_support_format_zip_streamable, \
	  (struct archive *)) \
	X(int, archive_read_support_format_raw, (struct archive *)) \
	X(int, archive_read_open, \
	  (struct archive *, void *, archive_open_callback *, \
	   archive_read_callback *, archive_close_callback *)) \
	X(int, archive_read_next_header, \
	  (struct archive *, struct archive_entry **)) \
	X(la_ssize_t, archive_read_data, (struct archive *, void *, size_t)) \
	X(int, archive_format, (struct archive *)) \
	X(int, archive_filter_count, (struct archive *)) \
	X(la_int64_t, archive_filter_bytes, (struct archive *, int)) \
	X(int, archive_filter_code, (struct archive *, int)) \
	X(int, archive_errno, (struct archive *)) \
	X(const char *, archive_error_string, (struct archive *)) \
	X(void, archive_set_error, \
	  (struct archive *, int, const char *, ...)) \
	X(const char *, archive_entry_pathname, (struct archive_entry *)) \
	X(__LA_MODE_T, archive_entry_filetype, (struct archive_entry *)) \
	X(int, archive_entry_is_encrypted, (struct archive_entry *))

#define ARCHIVE_FIELD(type, name, args) type (*name) args;
struct archive_lib {
	void *handle;
	ARCHIVE_LIST(ARCHIVE_FIELD)
};
#undef ARCHIVE_FIELD

int archive_lib_open(struct archive_lib *lib, struct err *e) MUST_USE;
void archive_lib_close(struct archive_lib *lib);

#endif
