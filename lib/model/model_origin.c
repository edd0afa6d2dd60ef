/*
 * model_origin.c - the text "origin" of a model, what its weights started from,
 * held against dl-model(5): its names and digits end up in commands.
 */
#include <string.h>

#include "conf/json_read.h"
#include "model/model_int.h"

bool
model_is_id(const char *text)
{
	size_t n = strspn(text, "0123456789abcdef");

	return !text[n] && (n == 0 || n == 32);
}

bool
model_is_name(const char *text)
{
	return *text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789_-.")];
}

static bool
is_input(const json_t *input, size_t hidden)
{
	static const char *const roles[] = {
		"checkpoint", "pretrained_autoencoder", "initial_weights",
		"initial_biases",
	};
	const char *role = json_string_value(json_object_get(input, "role"));
	const char *id = json_string_value(json_object_get(input, "id"));
	const json_t *layer = json_object_get(input, "layer");
	json_int_t l = json_integer_value(layer);
	size_t k = 0;

	if (!role || !id || !*id || !model_is_id(id))
		return false;
	while (k < 4 && strcmp(role, roles[k]) != 0)
		k++;
	if (k < 2)
		return !layer;
	return k < 4 && json_is_integer(layer) && l >= 1 &&
	       (size_t)l <= hidden + 1;
}

int
model_check_origin(const char *text, size_t hidden, struct err *e)
{
	json_t *root;
	int got = json_read(&root, text, strlen(text), NULL, e);
	const json_t *inputs = json_object_get(root, "inputs"), *input;
	bool is = json_array_size(inputs) > 0;
	size_t i;

	json_array_foreach(inputs, i, input)
		is = is && is_input(input, hidden);
	json_decref(root);
	return got < 0 ? -1 : !is;
}
