/*
 * safetensors_test.c - what is written is read; nothing else is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "model/safetensors.h"

#define FORMAT "test/1"

static char path[64], other[64];

static const float weight[6] = {1, -2, 3.5f, 0, 1e-30f, -1e30f};
static const float bias[2] = {0.25f, -0.5f};

static void
fill(void *ctx, size_t index, void *out)
{
	(void)ctx;
	if (index == 0)
		memcpy(out, weight, sizeof(weight));
	else
		memcpy(out, bias, sizeof(bias));
}

static void
write_file(const char *format, const char *text)
{
	struct st_tensor w = {.name = "layer.1.weight", .type = ST_F32,
			      .dims = 2, .shape = {2, 3}};
	struct st_tensor b = {.name = "layer.1.bias", .type = ST_F32,
			      .dims = 1, .shape = {2, 0}};
	struct st_writer writer = {0};
	struct outfile out = {0};
	struct err e = {0};

	assert_int_equal(st_add_text(&writer, "format", format, &e), 0);
	assert_int_equal(st_add_text(&writer, "note", text, &e), 0);
	assert_int_equal(st_add_tensor(&writer, &w, fill, NULL, 0, &e), 0);
	assert_int_equal(st_add_tensor(&writer, &b, fill, NULL, 1, &e), 0);
	assert_int_equal(st_stage(&writer, &out, path, &e), 0);
	assert_int_equal(outfile_commit(&out, &e), 0);
	st_writer_release(&writer);
}

static unsigned char *
slurp(size_t *n)
{
	unsigned char *bytes = malloc(1 << 20);
	FILE *in = fopen(path, "rb");

	assert_non_null(in);
	*n = fread(bytes, 1, 1 << 20, in);
	fclose(in);
	return bytes;
}

/* Exit code that opening these bytes gives. */
static enum err_code
open_bytes(const unsigned char *bytes, size_t n)
{
	struct st_file f;
	struct err e = {0};
	int fd = open(other, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
	if (st_open(&f, other, FORMAT, &e) == 0)
		st_close(&f);
	return e.code;
}

static void
round_trip(void **state)
{
	struct st_file f;
	struct err e = {0};
	const struct st_tensor *t;
	float got[6];

	(void)state;
	write_file(FORMAT, "{\"a\": \"\xc3\xa4\"}");
	assert_int_equal(st_open(&f, path, FORMAT, &e), 0);
	assert_string_equal(st_text(&f, "note"), "{\"a\": \"\xc3\xa4\"}");
	assert_null(st_text(&f, "nothing"));
	t = st_find(&f, "layer.1.weight");
	assert_non_null(t);
	assert_int_equal(t->dims, 2);
	assert_int_equal(t->shape[1], 3);
	assert_int_equal(st_read(&f, t, got, &e), 0);
	assert_memory_equal(got, weight, sizeof(weight));
	assert_null(st_find(&f, "layer.2.weight"));
	assert_int_equal(f.data % 64, 0);
	st_close(&f);
}

static void
long_text(void **state)
{
	size_t n = ST_TEXT_MAX + 5;
	char *text = malloc(n + 1);
	struct st_file f;
	struct err e = {0};

	(void)state;
	memset(text, 'x', n);
	text[n] = '\0';
	write_file(FORMAT, text);
	assert_int_equal(st_open(&f, path, FORMAT, &e), 0);
	assert_string_equal(st_text(&f, "note"), text);
	assert_int_equal(st_find(&f, "note")->type, ST_U8);
	st_close(&f);
	free(text);
}

static void
every_bit(void **state)
{
	size_t n;
	unsigned char *bytes;

	(void)state;
	write_file(FORMAT, "{}");
	bytes = slurp(&n);
	assert_int_equal(open_bytes(bytes, n), ERR_NONE);
	for (size_t i = 0; i < 8 * n; i++) {
		bytes[i / 8] ^= (unsigned char)(1 << i % 8);
		if (open_bytes(bytes, n) != ERR_INPUT)
			fail_msg("flipped bit %zu of byte %zu", i % 8, i / 8);
		bytes[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	free(bytes);
}

static void
every_length(void **state)
{
	size_t n;
	unsigned char *bytes;

	(void)state;
	write_file(FORMAT, "{}");
	bytes = slurp(&n);
	for (size_t cut = 0; cut < n; cut++)
		assert_int_equal(open_bytes(bytes, cut), ERR_INPUT);
	memset(bytes + n, 0, 100);
	for (size_t more = 1; more < 100; more++)
		assert_int_equal(open_bytes(bytes, n + more), ERR_INPUT);
	free(bytes);
}

/* Replaces one text in the header by another of the same length and seals. */
static enum err_code
forged(const char *from, const char *to)
{
	size_t n, digits = 8 + strlen(ST_PREFIX);
	unsigned char *bytes;
	char hex[33];
	char *at;
	XXH128_hash_t h;
	enum err_code code;

	write_file(FORMAT, "{}");
	bytes = slurp(&n);
	at = strstr((char *)bytes + 8, from);
	assert_non_null(at);
	assert_int_equal(strlen(from), strlen(to));
	memcpy(at, to, strlen(to));
	memset(bytes + digits, '0', 32);
	h = XXH3_128bits(bytes, n);
	snprintf(hex, sizeof(hex), "%016llx%016llx",
		 (unsigned long long)h.high64, (unsigned long long)h.low64);
	memcpy(bytes + digits, hex, 32);
	code = open_bytes(bytes, n);
	free(bytes);
	return code;
}

static void
hostile_headers(void **state)
{
	(void)state;
	assert_int_equal(forged("[2,3]", "[2,3]"), ERR_NONE);
	assert_int_equal(forged("[2,3]", "[3,2]"), ERR_NONE);
	assert_int_equal(forged("[2,3]", "[2,4]"), ERR_INPUT);
	assert_int_equal(forged("[2,3]", "[0,3]"), ERR_INPUT);
	assert_int_equal(forged("[2,3]", "[-2,3"), ERR_INPUT);
	assert_int_equal(forged("[0,24]", "[1,25]"), ERR_INPUT);
	assert_int_equal(forged("[24,32]", "[24,99]"), ERR_INPUT);
	assert_int_equal(forged("[24,32]", "[20,28]"), ERR_INPUT);
	assert_int_equal(forged("\"F32\"", "\"F64\""), ERR_INPUT);
	assert_int_equal(forged("\"dtype\"", "\"dtypo\""), ERR_INPUT);
	assert_int_equal(forged("\"note\"", "\"dige\""), ERR_NONE);
	assert_int_equal(forged("test/1", "test/2"), ERR_SCHEMA);
	assert_int_equal(forged("format", "farmot"), ERR_INPUT);
}

static void
foreign(void **state)
{
	static const char text[] = "a,b,c\n1,2,3\n4,5,6\n7,8,9\n"
				   "1,2,3\n4,5,6\n7,8,9\n1,2,3\n4,5,6\n7,8,9\n";
	static const char plain[] = "\x40\0\0\0\0\0\0\0"
				    "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],"
				    "\"data_offsets\":[0,4]}}"
				    "                    \0\0\0\0\0\0\0\0\0\0";
	struct st_file f;
	struct err e = {0};

	(void)state;
	assert_int_equal(open_bytes((const unsigned char *)text, sizeof(text)),
			 ERR_INPUT);
	assert_int_equal(open_bytes((const unsigned char *)plain,
				    sizeof(plain)), ERR_INPUT);
	assert_int_equal(open_bytes((const unsigned char *)"", 0), ERR_INPUT);
	assert_int_equal(st_open(&f, "/nonexistent", FORMAT, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
}

static int
make_names(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "/tmp/st_test.%ld.a", (long)getpid());
	snprintf(other, sizeof(other), "/tmp/st_test.%ld.b", (long)getpid());
	return 0;
}

static int
remove_files(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(long_text),
		cmocka_unit_test(every_bit),
		cmocka_unit_test(every_length),
		cmocka_unit_test(hostile_headers),
		cmocka_unit_test(foreign),
	};

	return cmocka_run_group_tests(tests, make_names, remove_files);
}
