/** The prompts of the product: the runbook's parts, filled with what the server's own tools say at that moment. */
@NullMarked
package io.weathervane.prompt.builtin;

import org.jspecify.annotations.NullMarked;
