/**
 * Answers of the OpenFeature Remote Evaluation Protocol (OFREP 0.3.0, {@code service/openapi.yaml} of open-feature/protocol):
 * pure functions of the flags, without HTTP. Imports the flags and the JSON codec.
 */
@NullMarked
package io.weathervane.ofrep;

import org.jspecify.annotations.NullMarked;
