/** The configuration as immutable records and the loader that refuses a bad one; others are handed values from it. */
@NullMarked
package io.weathervane.config;

import org.jspecify.annotations.NullMarked;
