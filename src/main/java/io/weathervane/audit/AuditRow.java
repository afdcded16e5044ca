package io.weathervane.audit;

import io.weathervane.store.SqlTransaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An event exactly as it is stored, which is what its hash is about. */
record AuditRow(
        long seq,
        long at,
        String kind,
        String actor,
        @Nullable String promotionId,
        @Nullable String decision,
        String payload,
        String previousHash,
        String hash) {
    static final String COLUMNS = "seq, at, kind, actor, promotion_id, decision, payload, prev_hash, hash";

    /** What the first event follows. */
    static final String GENESIS_HASH = "0".repeat(64);

    static final SqlTransaction.Row<AuditRow> READER = row -> new AuditRow(
            row.number("seq"),
            row.number("at"),
            row.text("kind"),
            row.text("actor"),
            row.optionalText("promotion_id").orElse(null),
            row.optionalText("decision").orElse(null),
            row.text("payload"),
            row.text("prev_hash"),
            row.text("hash"));

    /**
     * SHA-256 over the other columns and the previous hash, each as {@code length:bytes,} so that no
     * text can pass for the end of one column and the start of the next; an absent one is {@code ~}.
     */
    String computeHash() {
        MessageDigest digest = sha256();
        add(digest, Long.toString(seq));
        add(digest, Long.toString(at));
        add(digest, kind);
        add(digest, actor);
        add(digest, promotionId);
        add(digest, decision);
        add(digest, payload);
        add(digest, previousHash);
        return HexFormat.of().formatHex(digest.digest());
    }

    AuditRow hashed() {
        return new AuditRow(seq, at, kind, actor, promotionId, decision, payload, previousHash, computeHash());
    }

    /** Empty for a kind that this release does not know. */
    Optional<AuditEvent> toEvent() {
        return AuditKind.of(kind)
                .map(known -> new AuditEvent(
                        seq,
                        Instant.ofEpochMilli(at),
                        new NewAuditEvent(
                                known,
                                new Actor(actor),
                                Optional.ofNullable(promotionId),
                                Optional.ofNullable(decision),
                                AuditPayloadJson.read(payload)),
                        previousHash,
                        hash));
    }

    private static void add(MessageDigest digest, @Nullable String text) {
        if (text == null) {
            digest.update((byte) '~');
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
        digest.update((byte) ',');
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
