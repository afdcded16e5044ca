/**
 * What a recorded decision was made from, and what would have led to another one. Reads the audit; decides nothing and
 * acts on nothing.
 */
@NullMarked
package io.weathervane.explanation;

import org.jspecify.annotations.NullMarked;
