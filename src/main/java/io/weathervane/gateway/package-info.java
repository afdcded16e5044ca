/**
 * Features of the worker in the forms of our registries: its tools, prompts, resources and suggestions, its questions
 * to the client, and the translation between the generations of the two.
 */
@NullMarked
package io.weathervane.gateway;

import org.jspecify.annotations.NullMarked;
