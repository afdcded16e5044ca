/** Parts that every module of a server is built on. */
@NullMarked
package io.weathervane.core;

import org.jspecify.annotations.NullMarked;
