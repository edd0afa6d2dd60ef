/*
 * unpack_int.h - packed streams in memory: gzip by zlib (libarchive does not
 * check its sums), the others by libarchive.  Member names are compared, never
 * opened.  The insides of source.c and unpack.c.
 */
#ifndef DATA_UNPACK_INT_H
#define DATA_UNPACK_INT_H

#include <sys/stat.h>

#include <zlib.h>

#include "archive_lib.h"
#include "source_int.h"

#define HEAD_BYTES 4096
#define PACKED_BYTES (128 << 10)
#define UNPACK_TAIL 4096

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
	unsigned char *packed; /* read, for zlib */
	unsigned char *buffer; /* what libarchive is given */
	struct archive_lib lib;
	struct archive *archive;
	z_stream gz;
	bool gz_open, gz_inside, gz_whole; /* _whole: a member was */
	bool ended, began;
	bool gz_ended;
	bool is_zip;
	unsigned char tail[UNPACK_TAIL]; /* last bytes of a zip so far */
	size_t tail_len;
};

/* What one read(2) gives, the head first. */
int source_read_file(struct source *s, void *bytes, size_t n, size_t *got,
		     struct err *e) MUST_USE;

int unpack_open_gz(struct source *s, struct err *e) MUST_USE;
int unpack_open_archive(struct source *s, struct err *e) MUST_USE;
/* Is the unpacked text of a .gz a tar?  Then libarchive must read it. */
bool unpack_is_tar_gz(const struct source *s);
int unpack_gz(struct source *s, void *bytes, size_t n, size_t *got,
	      struct err *e) MUST_USE;
int unpack_archive(struct source *s, void *bytes, size_t n, size_t *got,
		   struct err *e) MUST_USE;
/* A zip must end with the end of its directory. */
void unpack_keep_tail(struct source *s, const unsigned char *bytes, size_t n);

#endif
