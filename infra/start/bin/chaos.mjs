#!/usr/bin/env node
import { bootstrap } from './bootstrap.mjs';

bootstrap('infra/chaos/src/main.ts');
