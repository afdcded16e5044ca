package io.weathervane.jsonrpc;

import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NumericNode;

/**
 * Makes no number that JSON cannot write: {@code 1e999} is read as infinity, which would be passed on to a worker as the
 * text {@code "Infinity"}.
 */
final class FiniteNumberNodeFactory extends JsonNodeFactory {
    private static final long serialVersionUID = 1L;

    @Override
    public NumericNode numberNode(double value) {
        if (!Double.isFinite(value)) {
            throw new StreamReadException("a number is too large");
        }
        return super.numberNode(value);
    }
}
