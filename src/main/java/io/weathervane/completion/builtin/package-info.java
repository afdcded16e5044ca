/** Completions of the arguments of our prompts and the variables of our resource templates. */
@NullMarked
package io.weathervane.completion.builtin;

import org.jspecify.annotations.NullMarked;
