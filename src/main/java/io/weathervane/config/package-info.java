/** The only reader of the configuration file: fills the records that the domains own, and refuses a bad file. */
@NullMarked
package io.weathervane.config;

import org.jspecify.annotations.NullMarked;
