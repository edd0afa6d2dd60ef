/*
 * model_fuzz.c - models altered by someone who seals them again: refused, or
 * usable, never a crash or a sanitizer's complaint.  libFuzzer, by hand:
 *
 *	make CC=clang SANITIZE=address,undefined,fuzzer-no-link
 *	clang -g -O1 -fsanitize=address,undefined,fuzzer -Ilib/include -o fuzz \
 *		tests/fuzz/model_fuzz.c \
 *		obj/address-undefined-fuzzer-no-link/libdltools.a \
 *		-lz -lzstd -lxxhash -ljansson -lm -ldl -pthread
 *	mkdir -p corpus && cp *.dlm corpus
 *	./fuzz -max_len=20000 -max_total_time=600 corpus
 *
 * Small models of several kinds and states of runs (.ckpt) are good seeds.  An
 * input is a model file; its header's length and digest are made good first.
 */
#define _GNU_SOURCE /* memmem */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xxhash.h>

#include <dltools/file.h>
#include <dltools/mem.h>
#include <dltools/model.h>
#include <dltools/score.h>

static const char in[] = "fuzz.dlm", table[] = "fuzz.csv", out[] = "fuzz.out";
static const char again[] = "again.dlm";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
write_file(const char *path, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
		abort();
}

/* Bytes of the JSON object that text begins with. */
static size_t
object_length(const uint8_t *text, size_t n)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == '"')
			quoted = !quoted;
		else if (quoted && text[i] == '\\')
			i++;
		else if (!quoted && text[i] == '{')
			depth++;
		else if (!quoted && text[i] == '}' && --depth == 0)
			return i + 1;
	}
	return n;
}

/* The file with spaces after the header as they should be; to be freed. */
static uint8_t *
pad_header(const uint8_t *data, size_t n, size_t *len)
{
	size_t object = object_length(data + 8, n - 8), rest = 8 + object;
	size_t header = (8 + object + 63) / 64 * 64;
	uint8_t *bytes = malloc(header + n);

	if (!bytes)
		abort();
	while (rest < n && data[rest] == ' ')
		rest++;
	memset(bytes, ' ', header);
	for (size_t i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((header - 8) >> 8 * i);
	memcpy(bytes + 8, data + 8, object);
	memcpy(bytes + header, data + rest, n - rest);
	*len = header + n - rest;
	return bytes;
}

/* The digest's digits count as '0'. */
static void
seal(uint8_t *bytes, size_t n)
{
	static const char mark[] = "xxh3-128:";
	uint8_t *at = memmem(bytes, n, mark, sizeof(mark) - 1);
	XXH128_canonical_t id;
	char digits[33];

	if (!at || (size_t)(bytes + n - at) < sizeof(mark) - 1 + 32)
		return;
	at += sizeof(mark) - 1;
	memset(at, '0', 32);
	XXH128_canonicalFromHash(&id, XXH3_128bits(bytes, n));
	for (size_t i = 0; i < 16; i++)
		snprintf(digits + 2 * i, 3, "%02x", id.digest[i]);
	memcpy(at, digits, 32);
}

/* A line of text for the model's columns, and one of missing values. */
static void
write_table(const struct model *m)
{
	FILE *f = fopen(table, "wb");

	if (!f)
		abort();
	for (int line = 0; line < 2; line++)
		for (size_t c = 0; c < m->enc.columns; c++)
			fprintf(f, "%s%c", line == 0 ? "1" : "",
				c + 1 < m->enc.columns ? ',' : '\n');
	if (fclose(f) != 0)
		abort();
}

static void
score(const struct model *m)
{
	struct score_options o = {
		.header_in = 0, .index_base_in = -1, .threads = 1,
		.text = SCORE_TEXT_CSV, .missing_na = true,
	};
	struct score_report done = {0};
	struct outfile to;
	struct err e = {0};

	write_table(m);
	if (outfile_open(&to, out, &e) < 0)
		abort();
	(void)!score_run(m, table, &o, &to, &done, &e);
	outfile_discard(&to);
	score_report_release(&done);
}

/* What was read can be shown, used and written, and is then the same model. */
static void
use(const struct model *m)
{
	struct str text = STR_INIT;
	struct model other = {0};
	struct err e = {0};

	(void)model_layer_table(m, &text, &e);
	str_release(&text);
	score(m);
	if (model_save(m, again, !m->lacks_state, &e) < 0 ||
	    model_open(&other, again, &e) < 0) {
		fprintf(stderr, "written but not read: %s\n", e.msg);
		abort();
	}
	model_release(&other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct model m = {0};
	struct err e = {0};
	uint8_t *bytes;

	if (n < 8)
		return 0;
	bytes = pad_header(data, n, &n);
	seal(bytes, n);
	write_file(in, bytes, n);
	free(bytes);
	if (model_open(&m, in, &e) == 0)
		use(&m);
	else if (e.code != ERR_INPUT && e.code != ERR_SCHEMA &&
		 e.code != ERR_NUMERIC)
		abort();
	model_release(&m);
	return 0;
}
