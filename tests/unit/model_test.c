/*
 * model_test.c - a small net trained through the library: what is saved is
 * opened, and a file that was tampered with and sealed again does no harm.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "dltools/mem.h"
#include "dltools/train.h"
#include "model/model_int.h"
#include "model/safetensors.h"

enum { ROWS = 200, TAMPERED = 1500 };

static char frame_path_[64], path[64], other[64];

static void
add_columns(struct frame_writer *w)
{
	struct chunk number = {0}, code = {0};
	struct err e = {0};

	assert_int_equal(chunk_reserve(&number, CHUNK_REAL, ROWS, &e), 0);
	assert_int_equal(chunk_reserve(&code, CHUNK_CODE, ROWS, &e), 0);
	number.n = code.n = ROWS;
	for (size_t i = 0; i < ROWS; i++) {
		number.f64[i] = (double)(i * 37 % 101) / 7;
		code.code[i] = (uint32_t)(i % 3);
	}
	assert_int_equal(frame_writer_add(w, 0, &number, &e), 0);
	assert_int_equal(frame_writer_add(w, 1, &code, &e), 0);
	for (size_t i = 0; i < ROWS; i++)
		code.code[i] = number.f64[i] > 6 && i % 3 ? 1 : 0;
	assert_int_equal(frame_writer_add(w, 2, &code, &e), 0);
	chunk_release(&number);
	chunk_release(&code);
}

static void
write_frame(void)
{
	static const char *const levels[] = {"blue", "green", "red"};
	struct frame_column c[3] = {
		{.name = (char[]){"x"}, .type = COLUMN_NUM},
		{.name = (char[]){"color"}, .type = COLUMN_ENUM},
		{.name = (char[]){"y"}, .type = COLUMN_ENUM},
	};
	struct frame_writer_options o = {0};
	struct frame_writer *w;
	struct err e = {0};

	for (int i = 0; i < 3; i++)
		assert_int_equal(string_table_add(&c[1].levels, levels[i],
						  strlen(levels[i]), &e), 0);
	assert_int_equal(string_table_add(&c[2].levels, "no", 2, &e), 0);
	assert_int_equal(string_table_add(&c[2].levels, "yes", 3, &e), 0);
	w = frame_writer_open(frame_path_, c, 3, &o, &e);
	assert_non_null(w);
	add_columns(w);
	assert_int_equal(frame_writer_close(w, &e), 0);
	frame_writer_free(w);
	string_table_release(&c[1].levels);
	string_table_release(&c[2].levels);
}

static void
set(struct params *p, const char *name, const char *value)
{
	struct err e = {0};

	if (params_set(p, PARAM_FROM_FLAG, name, value, &e) < 0)
		fail_msg("%s", e.msg);
}

static void
train_model_file(void)
{
	struct train_request rq = {0};
	struct params p;
	struct err e = {0};
	struct frame *f = frame_open(frame_path_, &e);
	struct train *t;

	assert_non_null(f);
	assert_int_equal(params_init(&p, &e), 0);
	set(&p, "response_column", "y");
	set(&p, "hidden", "4,3");
	set(&p, "epochs", "2");
	set(&p, "seed", "5");
	set(&p, "threads", "1");
	set(&p, "reproducible", "true");
	rq.params = &p;
	rq.training = f;
	t = train_new(&rq, &e);
	if (!t)
		fail_msg("%s", e.msg);
	assert_int_equal(train_run(t, &e), TRAIN_FINISHED);
	assert_int_equal(model_save(train_model(t), path, true, &e), 0);
	train_free(t);
	params_release(&p);
	frame_close(f);
}

static int
make_model(void **state)
{
	long pid = (long)getpid();

	(void)state;
	snprintf(frame_path_, sizeof(frame_path_), "/tmp/model_test.%ld.dlf",
		 pid);
	snprintf(path, sizeof(path), "/tmp/model_test.%ld.dlm", pid);
	snprintf(other, sizeof(other), "/tmp/model_test.%ld.b", pid);
	write_frame();
	train_model_file();
	return 0;
}

static int
remove_files(void **state)
{
	(void)state;
	unlink(frame_path_);
	unlink(path);
	unlink(other);
	return 0;
}

static unsigned char *
slurp(const char *from, size_t *n)
{
	unsigned char *bytes = malloc(1 << 20);
	FILE *in = fopen(from, "rb");

	assert_non_null(bytes);
	assert_non_null(in);
	*n = fread(bytes, 1, 1 << 20, in);
	fclose(in);
	return bytes;
}

static void
put(const char *to, const unsigned char *bytes, size_t n)
{
	int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

/* Opening and saving again gives the same bytes. */
static void
saved_as_opened(void **state)
{
	struct model m;
	struct err e = {0};
	size_t n, k;
	unsigned char *a, *b;

	(void)state;
	assert_int_equal(model_open(&m, path, &e), 0);
	assert_true(m.finished);
	assert_true(m.reproducible);
	assert_int_equal(m.samples, 2 * ROWS);
	assert_int_equal(m.training_rows, ROWS);
	assert_int_equal(m.kind, METRICS_BINOMIAL);
	assert_string_equal(m.asked,
			    "hidden=4,3 epochs=2 seed=5 reproducible=true");
	assert_int_equal(m.history.n, m.iterations +
			 (m.history.row[m.history.n - 1].samples ==
			  m.history.row[m.history.n - 2].samples));
	assert_int_equal(model_save(&m, other, true, &e), 0);
	model_release(&m);
	a = slurp(path, &n);
	b = slurp(other, &k);
	assert_int_equal(n, k);
	assert_memory_equal(a, b, n);
	free(a);
	free(b);
}

static void
flipped_bits(void **state)
{
	size_t n;
	unsigned char *bytes = slurp(path, &n);

	(void)state;
	for (size_t i = 0; i < 8 * n; i += 127) {
		struct model m;
		struct err e = {0};

		bytes[i / 8] ^= (unsigned char)(1 << i % 8);
		put(other, bytes, n);
		assert_int_equal(model_open(&m, other, &e), -1);
		assert_int_equal(e.code, ERR_INPUT);
		bytes[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	free(bytes);
}

static void
seal(unsigned char *bytes, size_t n)
{
	size_t digits = 8 + strlen(ST_PREFIX);
	XXH128_hash_t h;
	char hex[33];

	memset(bytes + digits, '0', 32);
	h = XXH3_128bits(bytes, n);
	snprintf(hex, sizeof(hex), "%016llx%016llx",
		 (unsigned long long)h.high64, (unsigned long long)h.low64);
	memcpy(bytes + digits, hex, 32);
}

static int
is_origin(const char *text)
{
	struct err e = {0};

	return model_check_origin(text, 2, &e);
}

/* A hash is 32 digits and nothing else: it stands in commands. */
static void
hashes_are_digits(void **state)
{
	static const char key[] = "\\\"frame\\\":\\\"";
	size_t n, len = strlen(key);
	unsigned char *bytes = slurp(path, &n), *at = bytes;
	struct model m;
	struct err e = {0};

	(void)state;
	while (memcmp(at, key, len) != 0) {
		at++;
		assert_true(at + len < bytes + n);
	}
	at[len + 5] = ';';
	seal(bytes, n);
	put(other, bytes, n);
	assert_int_equal(model_open(&m, other, &e), -1);
	assert_non_null(strstr(e.msg, "its 'state' is not as"));
	free(bytes);
	assert_int_equal(0, is_origin("{\"inputs\":[{\"role\":\"checkpoint\","
		"\"id\":\"0123456789abcdef0123456789abcdef\"}]}"));
	assert_int_equal(1, is_origin("{\"inputs\":[{\"role\":\"checkpoint\","
		"\"id\":\"0123456789abcdef\\n rm\"}]}"));
	assert_int_equal(1, is_origin("{\"inputs\":[{\"role\":\"other\","
		"\"id\":\"0123456789abcdef0123456789abcdef\"}]}"));
	assert_int_equal(1, is_origin("{\"inputs\":[{\"role\":"
		"\"initial_biases\",\"layer\":4,\"id\":"
		"\"0123456789abcdef0123456789abcdef\"}]}"));
	assert_int_equal(1, is_origin("{}"));
}

/* The texts of levels as numbers, so that they are no texts. */
static void
levels_are_bytes(void **state)
{
	static const char was[] = "\"levels\":{\"dtype\":\"U8\",\"shape\":[56]";
	static const char is[] = "\"levels\":{\"dtype\":\"F32\",\"shape\":[14]";
	size_t n, len = strlen(was);
	unsigned char *bytes = slurp(path, &n), *at = bytes, *end;
	struct model m;
	struct err e = {0};

	(void)state;
	while (memcmp(at, was, len) != 0) {
		at++;
		assert_true(at + len < bytes + n);
	}
	/* one byte longer, and the header ends with blanks */
	end = memchr(at, ' ', n - (size_t)(at - bytes));
	assert_non_null(end);
	memmove(at + len + 1, at + len, (size_t)(end - at) - len);
	memcpy(at, is, len + 1);
	seal(bytes, n);
	put(other, bytes, n);
	assert_int_equal(model_open(&m, other, &e), -1);
	assert_non_null(strstr(e.msg, "strings are cut off"));
	free(bytes);
}

/*
 * Digits become other digits, letters other letters, weights any bits: the file
 * is refused or opened, it never harms (run under a sanitizer).
 */
static void
tampered(void **state)
{
	size_t n, opened = 0;
	unsigned char *bytes = slurp(path, &n);
	uint64_t r = 1;

	(void)state;
	for (int i = 0; i < TAMPERED; i++) {
		struct model m;
		struct err e = {0};
		size_t at;
		unsigned char was;

		r = r * 6364136223846793005u + 1442695040888963407u;
		at = 8 + strlen(ST_PREFIX) + 32 +
			(size_t)(r >> 33) % (n - 8 - strlen(ST_PREFIX) - 32);
		was = bytes[at];
		if (was >= '0' && was <= '9')
			bytes[at] = (unsigned char)('0' + (r >> 20) % 10);
		else
			bytes[at] ^= (unsigned char)(1 + (r >> 20) % 31);
		seal(bytes, n);
		put(other, bytes, n);
		if (model_open(&m, other, &e) == 0) {
			opened++;
			model_release(&m);
		} else {
			assert_true(e.code == ERR_INPUT ||
				    e.code == ERR_SCHEMA ||
				    e.code == ERR_NUMERIC);
		}
		bytes[at] = was;
	}
	assert_in_range(opened, 1, TAMPERED);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saved_as_opened),
		cmocka_unit_test(flipped_bits),
		cmocka_unit_test(hashes_are_digits),
		cmocka_unit_test(levels_are_bytes),
		cmocka_unit_test(tampered),
	};

	return cmocka_run_group_tests(tests, make_model, remove_files);
}
