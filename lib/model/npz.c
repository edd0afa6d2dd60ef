/*
 * npz.c - a zip of .npy members; see npz.h.
 *
 * Zip (PKWARE APPNOTE 4.3): per member a local header, its name and bytes; at
 * the end a central directory that repeats the headers with their places, and
 * its own length and place.  Numbers are little-endian.  A .npy member (NumPy
 * Enhancement Proposal 1) is a magic, the length of a Python dictionary that
 * tells type and shape, padded so that values start at a multiple of 64, and
 * the values.
 */
#include "dltools/npz.h"

#include <string.h>
#include <zlib.h>

#include "dltools/mem.h"

#define MOST 0xf0000000u /* bytes of the whole, of one array: 3.75 GiB */

static void
put(struct str *s, uint64_t value, size_t bytes)
{
	for (; bytes-- > 0; value >>= 8)
		str_add_char(s, (char)(value & 0xff));
}

/* What the local header and the directory have in common, after the versions:
 * flags, method, the first day that zip knows, checksum, sizes, name. */
static void
put_facts(struct str *s, uint32_t crc, uint64_t size, const char *name)
{
	put(s, 0, 2);
	put(s, 0, 2);
	put(s, 0, 2);
	put(s, 1 << 5 | 1, 2);
	put(s, crc, 4);
	put(s, size, 4);
	put(s, size, 4);
	put(s, strlen(name), 2);
	put(s, 0, 2);
}

static void
put_local(struct str *s, uint32_t crc, uint64_t size, const char *name)
{
	put(s, 0x04034b50, 4);
	put(s, 20, 2);
	put_facts(s, crc, size, name);
	str_add(s, name);
}

static void
put_entry(struct str *s, uint32_t crc, uint64_t size, const char *name,
	  uint64_t at)
{
	put(s, 0x02014b50, 4);
	put(s, 20, 2);
	put(s, 20, 2);
	put_facts(s, crc, size, name);
	put(s, 0, 2); /* comment, disk, attributes */
	put(s, 0, 2);
	put(s, 0, 2);
	put(s, 0, 4);
	put(s, at, 4);
	str_add(s, name);
}

static void
put_npy_header(struct str *s, const struct npz_array *a)
{
	struct str dict = STR_INIT;
	size_t i;

	str_addf(&dict, "{'descr': '%s', 'fortran_order': False, 'shape': (",
		 a->type);
	for (i = 0; i < a->dims; i++)
		str_addf(&dict, "%s%zu%s", i ? " " : "", a->shape[i],
			 i + 1 < a->dims || a->dims == 1 ? "," : "");
	str_add(&dict, "), }");
	while ((10 + dict.len + 1) % 64 && !dict.failed)
		str_add_char(&dict, ' ');
	str_add_char(&dict, '\n');
	str_add_bytes(s, "\x93NUMPY\x01\0", 8);
	put(s, dict.len, 2);
	str_add_bytes(s, dict.buf, dict.len);
	s->failed |= dict.failed;
	str_release(&dict);
}

static int
array_bytes(const struct npz_array *a, size_t *bytes, struct err *e)
{
	size_t i, n = a->item;

	for (i = 0; i < a->dims; i++)
		if (mem_mul(n, a->shape[i], &n) < 0)
			n = SIZE_MAX;
	*bytes = n;
	return n < MOST ? 0 : err_set(e, ERR_OUTPUT, "'%s' is too large for a "
				      "NumPy archive", a->name);
}

static int
write_bytes(struct npz *z, const void *bytes, size_t n, struct err *e)
{
	z->at += n;
	if (z->at >= MOST)
		return err_set(e, ERR_OUTPUT, "a NumPy archive has less than "
			       "3.75 GiB");
	return outfile_write(z->out, bytes, n, e);
}

int
npz_add(struct npz *z, const struct npz_array *a, const void *values,
	struct err *e)
{
	struct str local = STR_INIT, head = STR_INIT, name = STR_INIT;
	uint64_t at = z->at;
	size_t bytes;
	uLong crc;
	int rc = -1;

	if (array_bytes(a, &bytes, e) < 0)
		return -1;
	put_npy_header(&head, a);
	str_addf(&name, "%s.npy", a->name);
	if (str_check(&head, e) < 0 || str_check(&name, e) < 0)
		goto out;
	crc = crc32_z(0, (const Bytef *)head.buf, head.len);
	crc = crc32_z(crc, values, bytes);
	put_local(&local, (uint32_t)crc, head.len + bytes, name.buf);
	put_entry(&z->directory, (uint32_t)crc, head.len + bytes, name.buf,
		  at);
	z->members++;
	if (str_check(&local, e) == 0 &&
	    write_bytes(z, local.buf, local.len, e) == 0 &&
	    write_bytes(z, head.buf, head.len, e) == 0)
		rc = write_bytes(z, values, bytes, e);
out:
	str_release(&local);
	str_release(&head);
	str_release(&name);
	return rc;
}

int
npz_finish(struct npz *z, struct err *e)
{
	size_t bytes = z->directory.len;

	put(&z->directory, 0x06054b50, 4);
	put(&z->directory, 0, 4); /* disks */
	put(&z->directory, z->members, 2);
	put(&z->directory, z->members, 2);
	put(&z->directory, bytes, 4);
	put(&z->directory, z->at, 4);
	put(&z->directory, 0, 2);
	if (str_check(&z->directory, e) < 0)
		return -1;
	return write_bytes(z, z->directory.buf, z->directory.len, e);
}

void
npz_release(struct npz *z)
{
	str_release(&z->directory);
}
