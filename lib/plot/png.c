/* png.c - a picture of palette colours as PNG; see png.h. */
#include "plot/png.h"

#include <string.h>
#include <zlib.h>

#include <dltools/mem.h>

static void
put_u32(struct str *out, uint32_t value)
{
	unsigned char b[4] = {
		(unsigned char)(value >> 24), (unsigned char)(value >> 16),
		(unsigned char)(value >> 8), (unsigned char)value,
	};

	str_add_bytes(out, b, 4);
}

/* Length, type, bytes, CRC of type and bytes. */
static void
put_chunk(struct str *out, const char type[5], const void *bytes, size_t len)
{
	uLong crc = crc32(0, (const Bytef *)type, 4);

	if (len)
		crc = crc32(crc, bytes, (uInt)len);
	put_u32(out, (uint32_t)len);
	str_add_bytes(out, type, 4);
	str_add_bytes(out, bytes, len);
	put_u32(out, (uint32_t)crc);
}

static void
put_head(struct str *out, size_t width, size_t height,
	 const uint32_t palette[256])
{
	struct str head = STR_INIT;
	unsigned char rgb[768];

	str_add_bytes(out, "\x89PNG\r\n\x1a\n", 8);
	put_u32(&head, (uint32_t)width);
	put_u32(&head, (uint32_t)height);
	str_add_bytes(&head, "\x08\x03\0\0\0", 5); /* 8 bits, palette */
	put_chunk(out, "IHDR", head.buf, head.len);
	out->failed |= head.failed;
	str_release(&head);
	for (size_t i = 0; i < 256; i++) {
		rgb[3 * i] = (unsigned char)(palette[i] >> 16);
		rgb[3 * i + 1] = (unsigned char)(palette[i] >> 8);
		rgb[3 * i + 2] = (unsigned char)palette[i];
	}
	put_chunk(out, "PLTE", rgb, sizeof(rgb));
	put_chunk(out, "tRNS", "", 1);
}

/* Rows with filter type 0 before each, deflated. */
static int
put_rows(struct str *out, const unsigned char *pixel, size_t width,
	 size_t height, struct err *e)
{
	uLong len = (uLong)((width + 1) * height);
	uLongf packed = compressBound(len);
	unsigned char *raw = mem_zalloc(len, 1, e), *to = NULL;
	int status = -1;

	if (!raw || !(to = mem_zalloc(packed, 1, e)))
		goto out;
	for (size_t y = 0; y < height; y++)
		memcpy(raw + y * (width + 1) + 1, pixel + y * width, width);
	if (compress2(to, &packed, raw, len, 9) != Z_OK) {
		err_set(e, ERR_INTERNAL, "cannot compress a picture");
		goto out;
	}
	put_chunk(out, "IDAT", to, packed);
	status = 0;
out:
	mem_free(raw);
	mem_free(to);
	return status;
}

static void
add_base64(struct str *out, const unsigned char *p, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		unsigned a = p[i], b = i + 1 < n ? p[i + 1] : 0;
		unsigned c = i + 2 < n ? p[i + 2] : 0;
		char four[4] = {digit[a >> 2], digit[(a & 3) << 4 | b >> 4],
				digit[(b & 15) << 2 | c >> 6], digit[c & 63]};

		if (i + 2 >= n)
			four[3] = '=';
		if (i + 1 >= n)
			four[2] = '=';
		str_add_bytes(out, four, 4);
	}
}

int
png_data_uri(const unsigned char *pixel, size_t width, size_t height,
	     const uint32_t palette[256], struct str *out, struct err *e)
{
	struct str png = STR_INIT;
	int status;

	put_head(&png, width, height, palette);
	status = put_rows(&png, pixel, width, height, e);
	put_chunk(&png, "IEND", "", 0);
	if (status == 0)
		status = str_check(&png, e);
	if (status == 0) {
		str_add(out, "data:image/png;base64,");
		add_base64(out, (const unsigned char *)png.buf, png.len);
	}
	str_release(&png);
	return status;
}
