// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.trigger;

import java.time.Duration;
import java.util.Date;
import org.quartz.CronTrigger;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;

/**
 * The Quartz triggers that do not belong to the crontab: those of the health check and of users'
 * routes. After the clock was set back, they would otherwise wait for the old time.
 */
final class ForeignTriggers {
  private ForeignTriggers() {}

  /**
   * Makes triggers that repeat without end follow a clock that was set back: periods keep their
   * pace, cron expressions follow the new time.
   *
   * @param by how far it was set back, negative
   */
  static void follow(Scheduler scheduler, Duration by) throws SchedulerException {
    for (TriggerKey key : scheduler.getTriggerKeys(GroupMatcher.anyTriggerGroup())) {
      Trigger trigger = scheduler.getTrigger(key);
      if (trigger == null || trigger.getNextFireTime() == null) {
        continue;
      }
      if (trigger instanceof CronTrigger) {
        restart(scheduler, trigger, new Date());
      } else if (trigger instanceof SimpleTrigger simple
          && simple.getRepeatCount() == SimpleTrigger.REPEAT_INDEFINITELY) {
        restart(scheduler, trigger, Date.from(trigger.getNextFireTime().toInstant().plus(by)));
      }
    }
  }

  private static void restart(Scheduler scheduler, Trigger trigger, Date start)
      throws SchedulerException {
    scheduler.rescheduleJob(trigger.getKey(), trigger.getTriggerBuilder().startAt(start).build());
  }
}
