package io.weathervane.app;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.audit.StateLoss;
import io.weathervane.flags.LiveFlags;
import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Announces state that was lost before this server started. Lost state does not read as safe: the kill switch is
 * engaged, until an operator resets it, when the lost state had it engaged.
 */
final class LostStateNotice {
    private static final Logger LOG = LoggerFactory.getLogger("WeatherVane");

    private static final String WAY_OUT =
            "; it stays engaged until a person has looked at what is missing and resets it with kill_switch_reset";

    private final Optional<StateLoss> loss;
    private final LiveFlags flags;

    LostStateNotice(Optional<StateLoss> loss, LiveFlags flags) {
        this.loss = loss;
        this.flags = flags;
    }

    /** Engages the kill switch where that is due, then tells the log and the audit, and by it the receivers of alerts. */
    void announce(AuditLog audit) {
        loss.ifPresent(lost -> {
            String reason = lost.describe();
            if (lost.engaged()) {
                flags.engage(reason + "; by it the kill switch was on", Actor.SYSTEM, Optional.empty());
            }
            LOG.error("{}{}", reason, lost.engaged() ? "; the kill switch is engaged" : "");
            ObjectNode details = JsonRpcCodec.JSON.createObjectNode();
            details.put("reason", reason).put("engaged", lost.engaged());
            lost.signs().forEach(details.putArray("signs")::add);
            audit.append(NewAuditEvent.of(AuditKind.STATE_LOST, Actor.SYSTEM, details));
        });
    }

    /** For health, until the kill switch is reset; when it was not on, until the next start. */
    List<String> problems() {
        boolean settled = loss.filter(StateLoss::engaged).isPresent()
                && !flags.killSwitch().engaged();
        return loss
                .filter(lost -> !settled)
                .map(lost -> lost.describe() + (lost.engaged() ? "; the kill switch was on by it" + WAY_OUT : ""))
                .stream()
                .toList();
    }
}
