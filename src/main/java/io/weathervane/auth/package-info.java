/**
 * Authentication of callers over HTTP: tokens, the roles that they give, and the limits of each caller. Knows no
 * transport.
 */
@NullMarked
package io.weathervane.auth;

import org.jspecify.annotations.NullMarked;
