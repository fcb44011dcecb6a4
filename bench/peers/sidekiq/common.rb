require 'sidekiq'

# Debian's redis-rb is newer than its Sidekiq, and would write a warning per enqueue.
Redis.silence_deprecations = true
Redis.sadd_returns_boolean = false

$stdout.sync = true
REDIS = { url: "redis://#{ENV.fetch('BENCH_REDIS')}/0" }.freeze
Sidekiq.configure_client { |config| config.redis = REDIS.merge(size: 64) }
Sidekiq.configure_server { |config| config.redis = REDIS }

def microseconds
  Process.clock_gettime(Process::CLOCK_REALTIME, :microsecond)
end
