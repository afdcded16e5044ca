/** Who may come in through HTTP: tokens and what they are worth, and how much each may ask. Knows no transport. */
@NullMarked
package io.weathervane.auth;

import org.jspecify.annotations.NullMarked;
