/*
 * safetensors_write.c - writing a sealed safetensors file.  The digest stands
 * in the header, before the bytes it covers, so that tensors are made twice:
 * once to be hashed, once to be written.  Only one is held at a time.
 */
#include "model/safetensors.h"

#include <assert.h>
#include <string.h>
#include <xxhash.h>

#include "dltools/json.h"
#include "dltools/mem.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "tensors are written as they lie in memory");

static uint64_t
type_size(enum st_type type)
{
	return type == ST_F32 ? 4 : 1;
}

static void
fill_text(void *ctx, size_t index, void *out)
{
	const struct st_writer *w = ctx;

	memcpy(out, w->text[index], strlen(w->text[index]));
}

static int
add_long_text(struct st_writer *w, const char *key, size_t index,
	      struct err *e)
{
	struct st_tensor t = {.type = ST_U8, .dims = 1};

	t.shape[0] = strlen(w->text[index]);
	assert(strlen(key) <= ST_NAME_MAX);
	memcpy(t.name, key, strlen(key));
	return st_add_tensor(w, &t, fill_text, w, index, e);
}

int
st_add_text(struct st_writer *w, const char *key, const char *text,
	    struct err *e)
{
	if (mem_grow(&w->key, &w->key_room, w->texts + 1, sizeof(char *), e) <
	    0 ||
	    mem_grow(&w->text, &w->text_room, w->texts + 1, sizeof(char *), e) <
	    0)
		return -1;
	w->key[w->texts] = mem_strdup(key, e);
	w->text[w->texts] = mem_strdup(text, e);
	w->texts++;
	if (!w->key[w->texts - 1] || !w->text[w->texts - 1])
		return -1;
	if (strlen(text) > ST_TEXT_MAX)
		return add_long_text(w, key, w->texts - 1, e);
	return 0;
}

int
st_add_tensor(struct st_writer *w, const struct st_tensor *t, st_fill *fill,
	      void *ctx, size_t index, struct err *e)
{
	struct st_source *s;

	if (mem_grow(&w->source, &w->room, w->n + 1, sizeof(*w->source), e) < 0)
		return -1;
	s = &w->source[w->n++];
	s->tensor = *t;
	s->fill = fill;
	s->ctx = ctx;
	s->index = index;
	s->tensor.bytes = type_size(t->type) * t->shape[0];
	if (t->dims == 2)
		s->tensor.bytes *= t->shape[1];
	return 0;
}

void
st_writer_release(struct st_writer *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->texts; i++) {
		mem_free(w->key[i]);
		mem_free(w->text[i]);
	}
	mem_free(w->key);
	mem_free(w->text);
	mem_free(w->source);
	memset(w, 0, sizeof(*w));
}

/* F32 tensors first, so that all of them are aligned. */
static void
place(struct st_writer *w)
{
	w->bytes = 0;
	for (int type = ST_F32; type <= ST_U8; type++) {
		for (size_t i = 0; i < w->n; i++) {
			struct st_tensor *t = &w->source[i].tensor;

			if ((int)t->type != type)
				continue;
			t->at = w->bytes;
			w->bytes += t->bytes;
		}
	}
}

static void
describe(struct json *j, const struct st_tensor *t)
{
	json_key(j, t->name);
	json_put_object(j);
	json_add_text(j, "dtype", t->type == ST_F32 ? "F32" : "U8");
	json_key(j, "shape");
	json_put_array(j);
	for (size_t d = 0; d < t->dims; d++)
		json_put_int(j, (int64_t)t->shape[d]);
	json_end(j);
	json_key(j, "data_offsets");
	json_put_array(j);
	json_put_int(j, (int64_t)t->at);
	json_put_int(j, (int64_t)(t->at + t->bytes));
	json_end(j);
	json_end(j);
}

static void
describe_all(const struct st_writer *w, struct json *j, enum st_type type)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->source[i].tensor.type == type)
			describe(j, &w->source[i].tensor);
}

/* The header with a digest of zeros, and the eight bytes before it. */
static int
make_header(const struct st_writer *w, struct str *s, struct err *e)
{
	struct json j;
	uint64_t length;
	unsigned char little[8];

	str_add_bytes(s, "\0\0\0\0\0\0\0\0", 8);
	j = json_start(s);
	json_put_object(&j);
	json_key(&j, "__metadata__");
	json_put_object(&j);
	json_add_text(&j, "digest",
		      "xxh3-128:00000000000000000000000000000000");
	for (size_t i = 0; i < w->texts; i++) {
		if (strlen(w->text[i]) > ST_TEXT_MAX)
			continue;
		json_add_text(&j, w->key[i], w->text[i]);
	}
	json_end(&j);
	describe_all(w, &j, ST_F32);
	describe_all(w, &j, ST_U8);
	json_end(&j);
	while (s->len % ST_ALIGN && !s->failed)
		str_add_char(s, ' ');
	if (str_check(s, e) < 0)
		return -1;
	if (s->len - 8 > ST_HEADER_MAX)
		return err_set(e, ERR_OUTPUT, "the model's header is larger "
			       "than %d bytes", ST_HEADER_MAX);
	length = s->len - 8;
	for (int i = 0; i < 8; i++)
		little[i] = (unsigned char)(length >> (8 * i));
	memcpy(s->buf, little, 8);
	assert(!memcmp(s->buf + 8, ST_PREFIX, strlen(ST_PREFIX)));
	return 0;
}

/* Tensors in file order, hashed if h, else written. */
static int
walk(const struct st_writer *w, void *buf, XXH3_state_t *h,
     struct outfile *out, struct err *e)
{
	for (int type = ST_F32; type <= ST_U8; type++) {
		for (size_t i = 0; i < w->n; i++) {
			const struct st_source *s = &w->source[i];
			size_t bytes = (size_t)s->tensor.bytes;

			if ((int)s->tensor.type != type)
				continue;
			s->fill(s->ctx, s->index, buf);
			if (h)
				XXH3_128bits_update(h, buf, bytes);
			else if (outfile_write(out, buf, bytes, e) < 0)
				return -1;
		}
	}
	return 0;
}

static void
put_digits(char *digits, XXH128_hash_t hash)
{
	static const char hex[] = "0123456789abcdef";

	for (int i = 0; i < 16; i++) {
		digits[i] = hex[hash.high64 >> (60 - 4 * i) & 15];
		digits[16 + i] = hex[hash.low64 >> (60 - 4 * i) & 15];
	}
}

static int
seal(const struct st_writer *w, struct str *header, void *buf, struct err *e)
{
	XXH3_state_t *h = XXH3_createState();
	int rc;

	if (!h)
		return err_nomem(e, "the model's digest");
	XXH3_128bits_reset(h);
	XXH3_128bits_update(h, header->buf, header->len);
	rc = walk(w, buf, h, NULL, e);
	put_digits(header->buf + 8 + strlen(ST_PREFIX),
		   XXH3_128bits_digest(h));
	XXH3_freeState(h);
	return rc;
}

int
st_stage(struct st_writer *w, struct outfile *out, const char *path,
	 struct err *e)
{
	struct str header = STR_INIT;
	void *buf = NULL;
	uint64_t largest = 0;
	int rc = -1;

	place(w);
	for (size_t i = 0; i < w->n; i++)
		if (w->source[i].tensor.bytes > largest)
			largest = w->source[i].tensor.bytes;
	buf = mem_zalloc_aligned((size_t)largest, 1, e);
	if (!buf || make_header(w, &header, e) < 0 ||
	    seal(w, &header, buf, e) < 0)
		goto out;
	if (outfile_open(out, path, e) < 0 ||
	    outfile_write(out, header.buf, header.len, e) < 0 ||
	    walk(w, buf, NULL, out, e) < 0 || outfile_flush(out, e) < 0)
		goto out;
	rc = 0;
out:
	if (rc < 0)
		outfile_discard(out);
	mem_free(buf);
	str_release(&header);
	return rc;
}
