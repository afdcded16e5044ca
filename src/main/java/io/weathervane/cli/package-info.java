/**
 * The commands an operator types; they speak to a running server as any client would, and where it is down
 * they do with {@code store}, {@code audit} and {@code worker} what can be done without it.
 */
@NullMarked
package io.weathervane.cli;

import org.jspecify.annotations.NullMarked;
