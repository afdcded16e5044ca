/**
 * Credentials for remote servers: secrets read where the configuration refers to them, tokens of OAuth 2, TLS with
 * files of its own; imports worker and worker.remote. Its classes are loaded by the first remote release that needs
 * them.
 */
@NullMarked
package io.weathervane.worker.remote.auth;

import org.jspecify.annotations.NullMarked;
