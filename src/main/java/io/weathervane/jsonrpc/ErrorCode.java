package io.weathervane.jsonrpc;

/** The error codes this project sends: JSON-RPC 2.0 section 5.1 and MCP 2026-07-28 basic/index. */
public enum ErrorCode {
    PARSE_ERROR(-32700),
    INVALID_REQUEST(-32600),
    METHOD_NOT_FOUND(-32601),
    INVALID_PARAMS(-32602),
    INTERNAL_ERROR(-32603),
    /** HTTP headers and body disagree (MCP 2026-07-28). */
    HEADER_MISMATCH(-32020),
    /** The client did not declare a capability that the request needs (MCP 2026-07-28). */
    MISSING_CAPABILITY(-32021),
    /** The protocol version is not one of ours (MCP 2026-07-28). */
    UNSUPPORTED_VERSION(-32022);

    private final int code;

    ErrorCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
